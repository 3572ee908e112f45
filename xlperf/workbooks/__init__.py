"""Workbooks of the official forms: authored once from the declarations, then written by the hundred."""
