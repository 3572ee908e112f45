"""Findings → problem lists in every format, annotated copies, JSON."""
