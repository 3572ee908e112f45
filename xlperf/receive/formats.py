"""Number formats of a cell → how many decimals it prints, whether in percent, whether as a date."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOISE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_STYLE = re.compile(r"<xf\b([^>]*?)(?:/>|>(.*?)</xf>)", re.DOTALL)
_UNLOCKED = re.compile(r'<protection\b[^>]*\blocked="(?:0|false)"')
_DECIMALS = re.compile(r"\.([0#?]+)")


@dataclass(frozen=True, slots=True)
class Format:
    """``digits`` are decimals of the stored number (0.00% → 4), None for General and text."""

    digits: int | None
    percent: bool
    date: bool


Formats = tuple[Format, ...]
GENERAL = Format(None, False, False)


@lru_cache(maxsize=1024)
def read_format(code: str) -> Format:
    """What a number format code such as ``#,##0.00_);[Red]-0.00`` prints, by its first section."""
    plain = _NOISE.sub("", code).split(";")[0]
    if re.search("[ymdhs年月日]", plain, re.IGNORECASE) and "general" not in plain.lower():
        return Format(None, False, True)
    if not re.search("[0#?]", plain) or "E" in plain or "/" in plain:
        return GENERAL
    decimals = _DECIMALS.search(plain)
    percent = "%" in plain
    return Format((len(decimals[1]) if decimals else 0) + 2 * percent, percent, False)


@lru_cache(maxsize=64)
def cell_formats(styles: bytes) -> Formats:
    """The Format of each cell style, by style number, from the part styles.xml."""
    text = _plain(styles)
    codes = dict(_BUILT_IN)
    for tag in re.findall(r"<numFmt\s([^>]*)>", text):
        number, code = _attribute(tag, "numFmtId"), _attribute(tag, "formatCode")
        if number.isdecimal():
            codes[int(number)] = code.replace("&quot;", '"').replace("&amp;", "&")
    numbers = [_attribute(tag, "numFmtId") for tag, _ in _styles(text)]
    return tuple(_of_number(int(number or 0), codes) for number in numbers)


@lru_cache(maxsize=64)
def unlocked_styles(styles: bytes) -> frozenset[str]:
    """The numbers, as cells give them, of the cell styles that sheet protection leaves open."""
    found = enumerate(_styles(_plain(styles)))
    return frozenset(str(number) for number, (_, inside) in found if _UNLOCKED.search(inside))


def _plain(styles: bytes) -> str:
    return re.sub(r"<(/?)\w+:", r"<\1", styles.decode("utf-8", "replace"))


def _styles(text: str) -> Sequence[tuple[str, str]]:
    """Attributes and content of each cell style."""
    block = re.search(r"<cellXfs\b.*?</cellXfs>", text, re.DOTALL)
    return _STYLE.findall(block[0]) if block else ()


def _of_number(number: int, codes: dict[int, str]) -> Format:
    if number in codes:
        return read_format(codes[number])
    return Format(None, False, True) if number in _BUILT_IN_DATES else GENERAL


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""
