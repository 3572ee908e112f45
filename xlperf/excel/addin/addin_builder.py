"""The texts in macros/ and the declarations → the generated texts in macros/ and the add-in xlperf.xlam."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write
from xlperf.declarations.source import text_of
from xlperf.declarations.worksheet_functions import declared
from xlperf.excel.addin.addin_package import addin_package, ribbon_texts, ribbon_xml
from xlperf.excel.addin.vba_modules import Description, descriptions, vba_project, wrapper_module
from xlperf.excel.installation.addin_python import pinned_xlwings

WRITTEN = ("ThisWorkbook.cls", "RibbonXlperf.bas", "FunctionHelp.bas", "PythonServer.bas")
"""The modules that people write; the others come from the declarations."""
XLWINGS = re.compile(r'(?:xlwings(?:32|64)-|XLWINGS_VERSION As String = ")(\d[\d.]*\d)')
"""Where a module names the version of xlwings that it calls: xlwings has it in the name of its library."""
ADDIN = "xlperf.xlam"
WRAPPERS, RIBBON, DESCRIPTIONS = "xlwings_udfs.bas", "ribbon.xml", "descriptions.json"
INTERPRETER = r"%LOCALAPPDATA%\xlperf\venv\Scripts\pythonw.exe"
"""Where ``xlperf addin install`` puts Python; VBA has %LOCALAPPDATA% expanded."""
HELP_COLUMN = 4
"""The first column of the functions on the sheet; module FunctionHelp reads from there."""


def build(folder: Path) -> dict[str, bytes]:
    """Return all that is generated, name to content, from the modules written in ``folder`` (macros/).

    Raises InputError when a module is missing or made for another xlwings than the pinned one, and for
    all that ``wrapper_module``, ``descriptions`` and ``vba_project`` refuse.
    """
    modules = {name: _text(folder / name) for name in WRITTEN}
    _agree_with_xlwings(modules)
    functions = declared().functions.values()
    modules[WRAPPERS] = wrapper_module(functions)
    described = descriptions(functions)
    ribbon = ribbon_xml()
    project = vba_project({Path(name).stem: text for name, text in modules.items()})
    return {
        WRAPPERS: modules[WRAPPERS].encode("ascii"),
        RIBBON: ribbon.encode("utf-8"),
        DESCRIPTIONS: _as_json(described).encode("utf-8"),
        ADDIN: addin_package(folder, project, ribbon, sheet_rows(described)),
    }


def stale(folder: Path) -> list[str]:
    """Return the names of the generated files in ``folder`` that are missing or not what ``build`` makes."""
    return list(_changed(folder))


def write(folder: Path) -> list[str]:
    """Write the generated files to ``folder`` where they differ, and return their names."""
    changed = _changed(folder)
    for name, content in changed.items():
        atomic_write(folder / name, content)
    return list(changed)


def _changed(folder: Path) -> dict[str, bytes]:
    return {
        name: content
        for name, content in build(folder).items()
        if not (path := folder / name).is_file() or path.read_bytes() != content
    }


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        raise InputError(text_of("ribbon", "build", "no_module", path=path)) from None


def _agree_with_xlwings(modules: Mapping[str, str]) -> None:
    pin = pinned_xlwings()
    for name, text in modules.items():
        for named in XLWINGS.findall(text):
            if named != pin:
                raise InputError(text_of("ribbon", "build", "other_xlwings", name=name, named=named, pin=pin))


def _as_json(described: Sequence[Description]) -> str:
    return json.dumps([asdict(description) for description in described], ensure_ascii=False, indent=2) + "\n"


def sheet_rows(descriptions: Sequence[Description]) -> list[list[str]]:
    """Return the texts of the sheet xlperf.conf: settings in A and B, from D on one function a row."""
    settings = [["Interpreter_Win", INTERPRETER], *([*item] for item in ribbon_texts()["messages"].items())]
    functions = [
        [function.name, function.category, function.text, *function.arguments] for function in descriptions
    ]
    rows = [[""] * (HELP_COLUMN - 1) for _ in range(max(len(settings), len(functions)))]
    for row, setting in zip(rows, settings, strict=False):
        row[: len(setting)] = setting
    for row, function in zip(rows, functions, strict=False):
        row.extend(function)
    return rows
