"""The part styles.xml → what its number formats print; the part with more cell formats at its end, or fewer.

More are those of coloured cells and of the sheet 问题. Fewer: those go that come after the last one in use,
with the fonts, fills and borders that no other needs.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import unescape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from xlperf.declarations.source import texts_of
from xlperf.ooxml.xml_tree import TRUE, children, make

_NOISE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_STYLE = re.compile(r"<xf\b([^<>]*?)(?:/>|>((?:[^<]|<(?!/?xf\b))*+)</xf>)")
_UNLOCKED = re.compile(r'<protection\b[^<>]*\blocked="(?:0|false)"')
_LONGEST_CODE = 255
_DECIMALS = re.compile(r"\.([0#?]+)")


@dataclass(frozen=True, slots=True)
class Format:
    """``digits`` are decimals of the stored number (0.00% → 4), None for General and text.

    ``code`` is the format as written, "General" where only the rest is known.
    """

    digits: int | None
    percent: bool
    date: bool
    code: str = field(default="General", compare=False)


Formats = tuple[Format, ...]
GENERAL = Format(None, False, False)


@lru_cache(maxsize=1024)
def read_format(code: str) -> Format:
    """What a number format code such as ``#,##0.00_);[Red]-0.00`` prints, by its first section."""
    if len(code) > _LONGEST_CODE:
        return GENERAL
    plain = _NOISE.sub("", code).split(";")[0]
    if (
        re.search(f"[{texts_of('number_formats')['date_letters']}]", plain, re.IGNORECASE)
        and "general" not in plain.lower()
    ):
        return Format(None, False, True, code)
    if not re.search("[0#?]", plain) or "E" in plain or "/" in plain:
        return Format(None, False, False, code)
    decimals = _DECIMALS.search(plain)
    percent = "%" in plain
    return Format((len(decimals[1]) if decimals else 0) + 2 * percent, percent, False, code)


@lru_cache(maxsize=64)
def cell_formats(styles: bytes) -> Formats:
    """The Format of each cell style, by style number, from the part styles.xml."""
    text = _without_prefixes(styles)
    codes = {int(number): code for number, code in texts_of("number_formats")["built_in"].items()}
    for tag in re.findall(r"<numFmt\s([^<>]*)>", text):
        number, code = _attribute(tag, "numFmtId"), _attribute(tag, "formatCode")
        if number.isdecimal():
            codes[int(number)] = unescape(code)
    numbers = [_attribute(tag, "numFmtId") for tag, _ in _styles(text)]
    return tuple(read_format(codes.get(int(number or 0), "General")) for number in numbers)


@lru_cache(maxsize=64)
def unlocked_styles(styles: bytes) -> frozenset[str]:
    """The numbers, as cells give them, of the cell styles that sheet protection leaves open."""
    found = enumerate(_styles(_without_prefixes(styles)))
    return frozenset(str(number) for number, (_, inside) in found if _UNLOCKED.search(inside))


def _without_prefixes(styles: bytes) -> str:
    """The part as text without prefixes and remarks; raises ElementTree.ParseError for a damaged one."""
    try:
        text = styles.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if styles and (not text or "<!" in text):
        text = ElementTree.tostring(ElementTree.fromstring(styles), encoding="unicode")
    return re.sub(r"<(/?)\w+:", r"<\1", text)


def _styles(text: str) -> Sequence[tuple[str, str]]:
    """Attributes and content of each cell style."""
    start = text.find("<cellXfs")
    end = text.find("</cellXfs>", start)
    return _STYLE.findall(text, start, end) if 0 <= start < end else ()


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


_USUAL_SIZE, _LARGEST_SIZE = 11.0, 409.0
"""Points of letters: in a workbook that says nothing, and at most."""
_WRAPPING = frozenset({"justify", "distributed"})


@dataclass(frozen=True, slots=True)
class Lettering:
    """How a cell format sets its text: font, size in points, whether lines wrap, steps of indent."""

    font: str
    size: float
    wraps: bool = False
    indent: float = 0


class Letterings:
    """The letterings of the cell formats in the stylesheet ``styles``."""

    def __init__(self, styles: Element) -> None:
        fonts = [_font(font) for group in children(styles, "fonts") for font in children(group, "font")]
        formats = [xf for group in children(styles, "cellXfs") for xf in children(group, "xf")]
        self._usual = fonts[0] if fonts else Lettering(_usual_font(), _USUAL_SIZE)
        self._known = [_lettering(xf, fonts, self._usual) for xf in formats]

    @property
    def normal(self) -> float:
        """The size of the font whose digits are the units of column widths."""
        return self._usual.size

    def of(self, cell: Element) -> Lettering:
        """The lettering of a cell; where its format is not known, that of a bare one."""
        style = int(cell.get("s", "0"))
        return self._known[style] if style < len(self._known) else self._usual


def _font(font: Element) -> Lettering:
    said = {name: next((part.get("val", "") for part in children(font, name)), "") for name in ("sz", "name")}
    size = float(said["sz"] or _USUAL_SIZE)
    return Lettering(said["name"] or _usual_font(), size if 0 < size <= _LARGEST_SIZE else _USUAL_SIZE)


def _lettering(xf: Element, fonts: Sequence[Lettering], usual: Lettering) -> Lettering:
    number = int(xf.get("fontId", "0"))
    font = fonts[number] if number < len(fonts) else usual
    for alignment in children(xf, "alignment"):
        wraps = alignment.get("wrapText") in TRUE or alignment.get("horizontal") in _WRAPPING
        turned = alignment.get("textRotation", "0") != "0" or alignment.get("shrinkToFit") in TRUE
        return replace(font, wraps=wraps and not turned, indent=float(alignment.get("indent", "0")))
    return font


_SOLID = "solid"
_BARE = (
    '<styleSheet xmlns="{space}"><fonts count="1"><font><sz val="11"/><name val="{font}"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill'
    ' patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


def bare_styles(space: str) -> bytes:
    """The stylesheet of a workbook that has none."""
    return _BARE.format(space=space, font=_usual_font()).encode()


def _usual_font() -> str:
    return str(texts_of("styles")["normal"]["name"])


class StyleSheet:
    """A stylesheet that only grows: every number that a cell has keeps its meaning."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._groups = {name: children(root, name)[0] for name in ("fonts", "fills", "borders", "cellXfs")}
        self._fills: dict[str, int] = {}
        self._filled: dict[tuple[int, str], int] = {}

    def filled(self, style: int, colour: str) -> int:
        """The format ``style`` with the fill ``colour`` (RRGGBB, "" for none), all else its own."""
        key = (style, colour)
        if key not in self._filled:
            formats = self._groups["cellXfs"]
            own = deepcopy(formats[style if style < len(formats) else 0])
            own.set("fillId", str(self._fill(colour) if colour else 0))
            own.set("applyFill", "1")
            self._filled[key] = self._added("cellXfs", own)
        return self._filled[key]

    def of_colours(self, colours: set[str]) -> set[int]:
        """The formats whose fill is one of ``colours``."""
        fills = {
            number
            for number, fill in enumerate(self._groups["fills"])
            for pattern in fill
            for colour in children(pattern, "fgColor")
            if pattern.get("patternType") == _SOLID and colour.get("rgb", "")[-6:].upper() in colours
        }
        formats = enumerate(self._groups["cellXfs"])
        return {number for number, cell_format in formats if int(cell_format.get("fillId", "0")) in fills}

    def plain(self, look: Mapping[str, object]) -> int:
        """A new format of the default font; ``look`` may say bold, color, fill, horizontal, border."""
        font = self._font(look)
        fill = self._fill(str(look["fill"])) if look.get("fill") else 0
        border = self._border() if look.get("border") else 0
        xf = make(self._groups["cellXfs"], "xf", numFmtId="0", xfId="0", quotePrefix="1")
        for name, number in (("font", font), ("fill", fill), ("border", border)):
            xf.set(f"{name}Id", str(number))
            xf.set(f"apply{name.capitalize()}", "1")
        xf.set("applyAlignment", "1")
        horizontal = str(look.get("horizontal", "left"))
        wrap = "1" if look.get("wrap", True) else "0"
        xf.append(make(xf, "alignment", horizontal=horizontal, vertical="center", wrapText=wrap))
        return self._added("cellXfs", xf)

    def _fill(self, colour: str) -> int:
        if colour not in self._fills:
            fill = make(self._groups["fills"], "fill")
            pattern = make(fill, "patternFill", patternType=_SOLID)
            fill.append(pattern)
            pattern.append(make(fill, "fgColor", rgb=f"FF{colour}"))
            pattern.append(make(fill, "bgColor", indexed="64"))
            self._fills[colour] = self._added("fills", fill)
        return self._fills[colour]

    def _font(self, look: Mapping[str, object]) -> int:
        """The first font with another weight, size and colour; element order as the format demands."""
        fonts = self._groups["fonts"]
        font = make(fonts, "font")
        if look.get("bold"):
            font.append(make(font, "b"))
        if look.get("underline"):
            font.append(make(font, "u"))
        font.append(make(font, "sz", val=f"{look.get('size', 10)}"))
        font.append(make(font, "color", rgb=f"FF{look.get('color', '000000')}"))
        name = next((element.get("val", "") for element in children(fonts[0], "name")), "") or _usual_font()
        font.append(make(font, "name", val=name))
        return self._added("fonts", font)

    def _border(self) -> int:
        border = make(self._groups["borders"], "border")
        for side in ("left", "right", "top", "bottom"):
            line = make(border, side, style="thin")
            line.append(make(line, "color", rgb="FFBFBFBF"))
            border.append(line)
        border.append(make(border, "diagonal"))
        return self._added("borders", border)

    def _added(self, group: str, element: Element) -> int:
        self._groups[group].append(element)
        if "count" in self._groups[group].attrib:
            self._groups[group].set("count", str(len(self._groups[group])))
        return len(self._groups[group]) - 1


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
