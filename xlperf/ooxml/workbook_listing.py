"""The listing parts of a received workbook → its tabs, its defined names, and the parts they lie in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from xml.etree import ElementTree

from xlperf.ooxml.parts import WORKBOOK, Package

RELATIONS = "xl/_rels/workbook.xml.rels"
_TRUE = frozenset({"1", "true"})
_VISIBLE = "visible"


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its title, whether it is ``visible``, ``hidden`` or ``veryHidden``, its part, "" for none."""

    title: str
    state: str
    part: str

    @property
    def is_worksheet(self) -> bool:
        """Whether its part is a worksheet, not a chart or a dialog."""
        return "/worksheets/" in f"/{self.part}"


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name; ``sheet`` is the title of the tab it is local to, "" for the whole workbook."""

    name: str
    sheet: str
    text: str

    def target(self) -> tuple[str, str]:
        """The title of the sheet that it refers to, and the area on it; of a formula, something else."""
        sheet, _, area = self.text.rpartition("!")
        return sheet.strip("'").replace("''", "'"), area


@dataclass(frozen=True, slots=True)
class Listing:
    """What a workbook lists, tabs from left to right.

    ``parts`` maps the kind of a relation (``styles``, ``theme``, ``sharedStrings``) to the part of that
    kind. ``from_1904``: dates count from 1904-01-01. Names local to a tab that is not there are left out.
    """

    tabs: Sequence[Tab]
    names: Sequence[DefinedName]
    parts: Mapping[str, str]
    from_1904: bool


def listing_of(package: Package) -> Listing:
    """What ``package`` lists; raises ElementTree.ParseError and ValueError for damaged parts."""
    return _listing(package.part(WORKBOOK), package.part(RELATIONS))


@lru_cache(maxsize=64)
def _listing(workbook: bytes, relations: bytes) -> Listing:
    targets, parts = _relations(relations)
    tabs: list[Tab] = []
    names: list[DefinedName] = []
    from_1904 = False
    for element in ElementTree.fromstring(workbook).iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "sheet":
            relation = next((value for key, value in element.items() if key.endswith("}id")), "")
            state = element.get("state", _VISIBLE)
            tabs.append(Tab(element.get("name", ""), state, targets.get(relation, "")))
        elif tag == "definedName":
            number = int(element.get("localSheetId") or -1)
            if number < len(tabs):
                sheet = tabs[number].title if number >= 0 else ""
                names.append(DefinedName(element.get("name", ""), sheet, element.text or ""))
        elif tag == "workbookPr":
            from_1904 = element.get("date1904") in _TRUE
    return Listing(tabs, names, parts, from_1904)


def _relations(content: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """Parts by relation id, and by the last word of the relation's type."""
    targets, parts = {}, {}
    for element in ElementTree.fromstring(content):
        target = element.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl", target))
        targets[element.get("Id", "")] = path
        parts[element.get("Type", "").rpartition("/")[2]] = path
    return targets, parts
