"""What the foreign engines are known to get wrong, each with the smallest case that shows it.

A difference is explained only where such a construct occurs and the other engine sides with us.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from xlperf.expressions import ErrorValue, is_number

LIBREOFFICE, FORMUALIZER = "LibreOffice", "formualizer"
WIDE = "\N{IDEOGRAPHIC SPACE}"
Applies = Callable[[str, Iterable[Any]], bool]


@dataclass(frozen=True, slots=True)
class Fault:
    """``applies`` says of a formula and the values it reads whether the fault can show.

    ``case`` is a formula over A1, which holds ``value``; ``right`` is what Excel and the other
    engine say, ``wrong`` what this engine says.
    """

    engine: str
    construct: str
    reason: str
    applies: Applies
    case: str
    value: Any
    right: Any
    wrong: Any


def _thousands(_: str, values: Iterable[Any]) -> bool:
    return any(isinstance(value, str) and "," in value for value in values)


def _sixteen_digits(_: str, values: Iterable[Any]) -> bool:
    return any(
        is_number(value) and (float(f"{value:.15g}") != value or abs(value) >= 1e11) for value in values
    )


def _errors(_: str, values: Iterable[Any]) -> bool:
    return any(isinstance(value, ErrorValue) for value in values)


def _truths(_: str, values: Iterable[Any]) -> bool:
    return any(isinstance(value, bool) for value in values)


def _wide_blanks(formula: str, values: Iterable[Any]) -> bool:
    return "TRIM(" in formula and any(isinstance(value, str) and WIDE in value for value in values)


def _rounded_differences(formula: str, _: Iterable[Any]) -> bool:
    return all(part in formula for part in ("ROUND(", "-", "SUM("))


def _rounded_giants(formula: str, values: Iterable[Any]) -> bool:
    return "ROUND(" in formula and any(is_number(value) and abs(value) >= 1e11 for value in values)


FAULTS = [
    Fault(
        FORMUALIZER,
        "带千分位的文本数",
        "不把 1,234.50 这样的文本当数算",
        _thousands,
        "A1+1",
        "1,234.50",
        1235.5,
        "#VALUE!",
    ),
    Fault(
        FORMUALIZER,
        "第十六位以后的差别",
        "等号逐位比较双精度数，Excel 与 LibreOffice 只看十五位",
        _sixteen_digits,
        "A1=0.3",
        0.30000000000000004,
        True,
        False,
    ),
    Fault(
        FORMUALIZER,
        "文本函数里的错误值",
        "文本函数算出的错误值不由外层的 ISERROR、ISNUMBER 接住",
        _errors,
        "ISERROR(TRIM(A1))",
        ErrorValue.NA,
        True,
        "#N/A",
    ),
    Fault(
        FORMUALIZER,
        "全角空格",
        "TRIM 连全角空格也去掉，Excel 只去半角空格",
        _wide_blanks,
        "LEN(TRIM(A1))",
        f"{WIDE}无",
        2,
        1,
    ),
    Fault(
        FORMUALIZER,
        "连加的末位误差",
        "SUM 依次相加而不补偿末位误差，差数恰在半个单位上时舍入不同",
        _rounded_differences,
        "ROUND(67.14-SUM(A1,9.995,7.125,50),2)",
        0.015,
        0.0,
        0.01,
    ),
    Fault(
        LIBREOFFICE,
        "第十五位上的平局",
        "很大的数在第十五位上恰为 5 时，看第十六位舍入",
        _rounded_giants,
        'ROUND(A1/817.07,4)&""',
        1e12,
        "1223885346.4208",
        "1223885346.4207",
    ),
    Fault(
        LIBREOFFICE,
        "逻辑值单元格",
        "读入的逻辑值单元格算作数",
        _truths,
        "ISNUMBER(A1)",
        True,
        False,
        True,
    ),
]
