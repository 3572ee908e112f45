"""The texts in macros/ and the declarations → the generated texts in macros/ and the add-in xlperf.xlam."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write
from xlperf.declarations.source import Json, text_of, texts_of
from xlperf.declarations.worksheet_functions import declared
from xlperf.excel.addin.vba_modules import Description, descriptions, vba_project, wrapper_module
from xlperf.excel.installation.addin_files import XLWINGS_ROW, pinned_xlwings
from xlperf.ooxml.package_writing import assemble, stored_part
from xlperf.workbooks.sheet_xml import plain_cell

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
    wizard = json.dumps([asdict(description) for description in described], ensure_ascii=False, indent=2)
    ribbon = ribbon_xml()
    project = vba_project({Path(name).stem: text for name, text in modules.items()})
    return {
        WRAPPERS: modules[WRAPPERS].encode("ascii"),
        RIBBON: ribbon.encode("utf-8"),
        DESCRIPTIONS: f"{wizard}\n".encode(),
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


def sheet_rows(descriptions: Sequence[Description]) -> list[list[str]]:
    """Return the texts of the sheet xlperf.conf: settings in A and B, from D on one function a row."""
    settings = [
        ["Interpreter_Win", INTERPRETER],
        [XLWINGS_ROW, pinned_xlwings()],
        *([name, message] for name, message in texts_of("ribbon")["messages"].items()),
    ]
    functions = [
        [function.name, function.category, function.text, *function.arguments] for function in descriptions
    ]
    rows = [[""] * (HELP_COLUMN - 1) for _ in range(max(len(settings), len(functions)))]
    for row, setting in zip(rows, settings, strict=False):
        row[: len(setting)] = setting
    for row, function in zip(rows, functions, strict=False):
        row.extend(function)
    return rows


NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
CALLBACK = "RibbonXlperf.XlperfAction"
"""The procedure in VBA that every button calls; it passes the button's id on."""


def ribbon_xml() -> str:
    """Return the customUI document."""
    texts = texts_of("ribbon")
    groups = "".join(map(_group, texts["groups"]))
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<customUI xmlns="{NAMESPACE}">\n  <ribbon>\n    <tabs>\n'
        f"      <tab{_attributes(texts_of('ribbon')['tab'])}>\n{groups}      </tab>\n"
        "    </tabs>\n  </ribbon>\n</customUI>\n"
    )


def _group(group: Json) -> str:
    buttons = "".join(f"          <button{_button(button)}/>\n" for button in group["buttons"])
    named = _attributes({"id": group["id"], "label": group["label"]})
    return f"        <group{named}>\n{buttons}        </group>\n"


def _button(button: Json) -> str:
    names = {"icon": "imageMso"}
    return _attributes({names.get(key, key): value for key, value in button.items()} | {"onAction": CALLBACK})


def _attributes(values: Json) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())


PARTS = "parts"
"""The folder, next to the VBA modules, of the parts that are the same in every add-in."""
PROPERTIES = "docProps/core.xml"
"""Title and description, which Excel shows in its list of add-ins; no author, no date."""


def addin_package(folder: Path, project: bytes, ribbon: str, rows: Sequence[Sequence[str]]) -> bytes:
    """Return the add-in made with the parts in ``folder``.

    ``rows`` are the texts of the sheet xlperf.conf from A1 on, "" for an empty cell; VBA takes its settings
    and all Chinese text from there. Raises InputError where the folder has no parts.
    """
    parts = {
        **_constant_parts(folder / PARTS),
        "customUI/customUI14.xml": ribbon.encode("utf-8"),
        "xl/vbaProject.bin": project,
        "xl/worksheets/sheet1.xml": _sheet(rows).encode("utf-8"),
    }
    return assemble([stored_part(name, content) for name, content in sorted(parts.items())])


def _constant_parts(folder: Path) -> Mapping[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    parts = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    if PROPERTIES not in parts:
        raise InputError(text_of("ribbon", "build", "no_parts", folder=folder))
    texts = {name: escape(text) for name, text in texts_of("ribbon")["properties"].items()}
    return {**parts, PROPERTIES: Template(parts[PROPERTIES].decode()).substitute(texts).encode()}


def _sheet(rows: Sequence[Sequence[str]]) -> str:
    lines = "".join(
        f'<row r="{number}">{"".join(_cells(number, texts))}</row>' for number, texts in enumerate(rows, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetPr codeName="Sheet1"/><sheetData>{lines}</sheetData></worksheet>'
    )


def _cells(row: int, texts: Sequence[str]) -> Iterator[str]:
    for column, text in enumerate(texts, 1):
        if text:
            address = quoteattr(f"{get_column_letter(column)}{row}")
            yield f"<c r={address}{plain_cell(text)}"
