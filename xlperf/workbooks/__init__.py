"""Workbooks of the official forms: authored once from the declarations, then stamped by the hundred."""
