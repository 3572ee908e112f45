"""A function that Excel's function wizard cannot describe."""
# ruff: noqa: N802 (the name is that of a worksheet function)

import xlwings as xw


@xw.func(category="整体绩效")
@xw.arg("text", doc="长" * 300)
def XP_LONG(text):
    """说明"""
    return text
