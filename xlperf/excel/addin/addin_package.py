"""schemas/ribbon.json → the tab of the ribbon as customUI XML (Office 2010 and later)."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter

from xlperf.core.errors import InputError
from xlperf.declarations.source import Json, Texts, text_of, texts_of
from xlperf.ooxml.package_writing import assemble, stored_part

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
CALLBACK = "RibbonXlperf.XlperfAction"
"""The procedure in VBA that every button calls; it passes the button's id on."""


def ribbon_texts() -> Texts:
    """The content of ribbon.json; raises DeclarationError as ``texts_of`` does."""
    return texts_of("ribbon")


def actions() -> list[str]:
    """The ids of all buttons in the order of the tab: the actions of ``excel.actions.ribbon``."""
    return [button["id"] for group in ribbon_texts()["groups"] for button in group["buttons"]]


def ribbon_xml() -> str:
    """Return the customUI document."""
    groups = "".join(map(_group, ribbon_texts()["groups"]))
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<customUI xmlns="{NAMESPACE}">\n  <ribbon>\n    <tabs>\n'
        f"      <tab{_attributes(ribbon_texts()['tab'])}>\n{groups}      </tab>\n"
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
    texts = {name: escape(text) for name, text in ribbon_texts()["properties"].items()}
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
            yield f'<c r={address} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
