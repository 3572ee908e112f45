"""Which ids can be used in a formula and as an Excel defined name."""

import pytest

from xlperf.declarations.fields import mistake_text
from xlperf.expressions import name_problem


@pytest.mark.parametrize(
    "name",
    ["三公经费_本年决算数", "项目!执行数", "_年", "第1项", "率.上年", "ABCD1", "RC列", "TAX_2024", "x" * 255],
)
def test_legal(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("A1", "单元格地址"),
        ("tax2024", "单元格地址"),
        ("XFD1048576", "单元格地址"),
        ("R", "单元格地址"),
        ("c", "单元格地址"),
        ("R2C3", "单元格地址"),
        ("r2c", "单元格地址"),
        ("$甲", "单元格地址"),
        ("项目!B2", "单元格地址"),
        ("True", "逻辑值"),
        ("1月", "不是字段名"),
        ("", "不是字段名"),
        ("甲!", "不是字段名"),
        (".甲", "不是字段名"),
        ("甲 乙", "不是字段名"),
        ("“三公”经费", "不是字段名"),
        ("甲-乙", "不是字段名"),
        ("一!二!三", "只能有一个"),
        ("x" * 256, "255"),
    ],
)
def test_illegal(name: str, why: str) -> None:
    problem = name_problem(name)
    assert problem is not None
    assert why in mistake_text(problem)
