"""xlwings' own generator of VBA wrappers, run over the stand-ins: what ours is held equal to."""

import contextlib
import importlib
import io

from tests.excel.addin.excelobjects import Workbook
from tests.excel.addin.standins import installed
from xlperf.excel.addin.addin_builder import ADDIN, Description


def generated(module: str) -> tuple[str, list[Description]]:
    """The wrappers of a module's functions, and how Excel is asked to describe them, ordered by name."""
    with installed(module), contextlib.redirect_stdout(io.StringIO()):
        book = Workbook(ADDIN)
        importlib.import_module("xlwings.udfs").import_udfs(module, book)
    (text,) = book.VBProject.VBComponents.imported
    described = [
        Description(
            macro.rpartition("!")[2],
            options["Category"],
            options["Description"],
            tuple(options["ArgumentDescriptions"] or ()),
        )
        for macro, options in book.Application.macro_options
    ]
    return text, sorted(described, key=lambda description: description.name)
