"""Marks in workbooks that this program wrote, by which it knows its own additions again."""

HELPER_MARK = "_xlperf.helper"
"""A name local to a sheet, referring to a cell of it, says that the sheet is our addition to the forms.

It outlives renaming and copying the sheet; upload copies leave such sheets out.
"""
