"""A style sheet → the same without the formats, fonts, fills, borders after the last that kept sheets use."""

from collections.abc import Collection, Iterable
from xml.etree.ElementTree import Element

_FORMATS = ("cellStyleXfs", "cellXfs")
_PARTS = {"fonts": "fontId", "fills": "fillId", "borders": "borderId"}


def last_format(sheets: Iterable[Element]) -> int:
    """The highest number of a cell format on ``sheets``, of their rows and columns too."""
    marks = {"c": "s", "row": "s", "col": "style"}
    numbers = (
        element.get(mark) for sheet in sheets for tag, mark in marks.items() for element in sheet.iter(tag)
    )
    return max(map(int, filter(None, numbers)), default=0)


def prune(styles: Element, last: int) -> None:
    """Take out the cell formats after number ``last``, and the fonts, fills, borders and number formats
    that no other needs. Numbers of those that stay do not change.
    """
    _cut(styles, "cellXfs", last)
    formats = [cell_format for name in _FORMATS for cell_format in styles.iterfind(f"{name}/xf")]
    for name, mark in _PARTS.items():
        _cut(styles, name, max((int(cell_format.get(mark, 0)) for cell_format in formats), default=0))
    numbers = {cell_format.get("numFmtId") for cell_format in formats}
    for listed in styles.findall("numFmts"):
        _keep(listed, [number_format for number_format in listed if number_format.get("numFmtId") in numbers])
        if len(listed) == 0:
            styles.remove(listed)


def _cut(styles: Element, name: str, last: int) -> None:
    for listed in styles.iterfind(name):
        _keep(listed, listed[: last + 1])


def _keep(listed: Element, kept: Collection[Element]) -> None:
    listed[:] = kept
    listed.set("count", str(len(kept)))
