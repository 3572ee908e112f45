"""Worksheet functions that do nothing, for benchmarks/udf.py: what xlwings itself costs."""
# ruff: noqa: N802 (the names are those of worksheet functions)

import xlwings as xw


@xw.func
def EMPTY_CELL(first, second, profile=None):
    """The first argument."""
    return first


@xw.func
@xw.arg("table", ndim=2, err_to_str=True)
def EMPTY_COLUMN(table, profile=None):
    """The first column of a table."""
    return [row[:1] for row in table]
