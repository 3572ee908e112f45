"""xlperf.udfs → the VBA wrappers of its functions and what Excel's function wizard says about them.

Both come from xlwings' own generator, run over the stand-ins for pywin32.
"""

import contextlib
import importlib
import io
from dataclasses import dataclass
from typing import Any

from xlperf.core.errors import InputError
from xlperf.excel.addin import UDF_MODULE
from xlperf.excel.addin.excelobjects import Workbook
from xlperf.excel.addin.standins import installed

ADDIN = "xlperf.xlam"
LONGEST = 255
"""Characters that ``Application.MacroOptions`` takes of a description; xlwings cuts there without a word."""


@dataclass(frozen=True, slots=True)
class Description:
    """One function as the wizard shows it; ``arguments`` has one text for each argument."""

    name: str
    category: str
    text: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wrappers:
    """The module ``xlwings_udfs`` with one procedure a function, and their descriptions by name."""

    text: str
    descriptions: tuple[Description, ...]


def generate(module: str = UDF_MODULE) -> Wrappers:
    """Run xlwings' generator over the functions of ``module``.

    Raises InputError without xlwings, and for a name that VBA cannot hold or a description that is missing
    or longer than Excel takes.
    """
    try:
        with installed(module), contextlib.redirect_stdout(io.StringIO()):
            book = Workbook(ADDIN)
            importlib.import_module("xlwings.udfs").import_udfs(module, book)
    except ModuleNotFoundError as error:
        if error.name != "xlwings":
            raise
        raise InputError("生成加载项需要 xlwings，请运行 pip install xlperf[excel]。") from None
    (text,) = book.VBProject.VBComponents.imported
    if not text.isascii():
        raise InputError(f"{module} 中有函数名或参数名不是英文字母、数字和下划线，VBA 写不出来。")
    described = (_description(macro, options) for macro, options in book.Application.macro_options)
    return Wrappers(text, tuple(sorted(described, key=lambda description: description.name)))


def _description(macro: str, options: dict[str, Any]) -> Description:
    name = macro.rpartition("!")[2]
    arguments = tuple(options["ArgumentDescriptions"] or ())
    for text in (options["Category"], options["Description"], *arguments):
        if not text.strip() or len(text) >= LONGEST:
            raise InputError(
                f"函数 {name} 的说明“{text}”应当有 1 至 {LONGEST - 1} 个字，Excel 放不下更长的。"
            )
    return Description(name, options["Category"], options["Description"], arguments)
