"""The listing parts of a received workbook to its tabs, defined names and the parts they lie in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree import ElementTree

from xlperf.ooxml.parts import WORKBOOK, Package

_RELATIONS = "xl/_rels/workbook.xml.rels"
_TRUE = frozenset({"1", "true"})


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name: ``sheet`` is the title of the tab it is local to, "" for the whole workbook."""

    name: str
    sheet: str
    text: str


@dataclass(frozen=True, slots=True)
class Outline:
    """What a workbook lists. ``tabs`` maps titles to parts, left to right; ``parts`` maps the kind of
    a relation (``styles``, ``theme``, ``sharedStrings``) to the part of that kind.
    """

    tabs: Mapping[str, str]
    names: Sequence[DefinedName]
    parts: Mapping[str, str]
    from_1904: bool


def read_outline(package: Package) -> Outline:
    """The outline of ``package``; raises ElementTree.ParseError and ValueError for damaged parts."""
    targets, parts = _relations(package.part(_RELATIONS))
    tabs: dict[str, str] = {}
    names = []
    from_1904 = False
    for element in ElementTree.fromstring(package.part(WORKBOOK)).iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "sheet":
            relation = next((value for key, value in element.items() if key.endswith("}id")), "")
            tabs[element.get("name", "")] = targets.get(relation, "")
        elif tag == "definedName":
            index = element.get("localSheetId")
            sheet = list(tabs)[int(index)] if index else ""
            names.append(DefinedName(element.get("name", ""), sheet, element.text or ""))
        elif tag == "workbookPr":
            from_1904 = element.get("date1904") in _TRUE
    return Outline(tabs, names, parts, from_1904)


def _relations(content: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """Parts by relation id, and by the last word of the relation's type."""
    targets, parts = {}, {}
    for element in ElementTree.fromstring(content):
        target = element.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl", target))
        targets[element.get("Id", "")] = path
        parts[element.get("Type", "").rpartition("/")[2]] = path
    return targets, parts
