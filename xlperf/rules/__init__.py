"""Declared rules → verdicts and texts: in this program, and as formulas for a spreadsheet alone."""
