"""Names that formulas may use: a field or column id, alone or as ``alias!id``.

An id must also be legal as an Excel defined name, so that a formula reads the same everywhere.
"""

import re

QUALIFIER = "!"
LONGEST_NAME = 255
TRUTH_VALUES = ("TRUE", "FALSE")
_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}", re.ASCII)
_ROW_COLUMN = re.compile(r"[Rr][0-9]*([Cc][0-9]*)?|[Cc][0-9]*", re.ASCII)


def name_problem(name: str) -> str | None:
    """Say in Chinese why ``name`` cannot be used in a formula, or return None when it can.

    ``name`` may be qualified once (``alias!name``); both halves obey the same rule.
    """
    halves = name.split(QUALIFIER)
    if len(halves) > 2:
        return f"“{name}”里只能有一个“!”"
    return next((why for half in halves if (why := _id_problem(half))), None)


def _id_problem(name: str) -> str | None:
    if "$" in name or ":" in name or _CELL.fullmatch(name) or _ROW_COLUMN.fullmatch(name):
        return f"“{name}”会被 Excel 当作单元格地址，请改用字段名"
    if not name.replace(".", "_").isidentifier() or name.startswith("."):
        return f"“{name}”不是字段名：只能用汉字、字母、数字、“_”和“.”，不以数字开头，标点用半角"
    if name.upper() in TRUTH_VALUES:
        return f"“{name}”是逻辑值，不能作字段名"
    if len(name) > LONGEST_NAME:
        return f"字段名超过 {LONGEST_NAME} 个字符"
    return None
