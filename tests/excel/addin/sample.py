"""Worksheet functions for the tests of the stand-ins."""
# ruff: noqa: N802 (the names are those of worksheet functions)

import xlwings as xw


@xw.func(category="整体绩效")
@xw.arg("staff", doc="在职人员数")
@xw.arg("quota", doc="编制数")
def XP_RATE(staff, quota):
    """在职人员控制率"""
    return staff / quota


@xw.func(category="整体绩效")
@xw.arg("table", ndim=2, err_to_str=True)
@xw.ret(index=False)
def XP_ECHO(table, more=None):
    """原样返回"""
    return [*table, [more] * len(table[0])]


@xw.func
def XP_WHERE(caller):
    """公式在哪里"""
    return f"{caller.sheet.book.name}|{caller.sheet.name}|{caller.address}|{caller.shape}"


@xw.func
@xw.arg("parts", ndim=2)
def XP_JOIN(*parts):
    """连接"""
    return "".join(str(part) for part in parts)
