"""Number formats of a cell → how many decimals it prints, whether in percent, whether as a date."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

_YEAR_MONTH, _MONTH_DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
_HOUR_MINUTE, _HALF_DAY = 'h"时"mm"分"', '上午/下午h"时"mm"分"'
_BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: _YEAR_MONTH, 28: _MONTH_DAY,
    29: _MONTH_DAY, 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: _HOUR_MINUTE, 33: _HOUR_MINUTE + 'ss"秒"',
    34: _HALF_DAY, 35: _HALF_DAY + 'ss"秒"', 36: _YEAR_MONTH, 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
    40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: _YEAR_MONTH, 51: _MONTH_DAY, 52: _YEAR_MONTH, 53: _MONTH_DAY,
    54: _MONTH_DAY, 55: _HALF_DAY, 56: _HALF_DAY + 'ss"秒"', 57: _YEAR_MONTH, 58: _MONTH_DAY,
}  # fmt: skip
"""What these numbers mean in a Chinese Excel."""
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
    if re.search("[ymdhs年月日]", plain, re.IGNORECASE) and "general" not in plain.lower():
        return Format(None, False, True, code)
    if not re.search("[0#?]", plain) or "E" in plain or "/" in plain:
        return Format(None, False, False, code)
    decimals = _DECIMALS.search(plain)
    percent = "%" in plain
    return Format((len(decimals[1]) if decimals else 0) + 2 * percent, percent, False, code)


@lru_cache(maxsize=64)
def cell_formats(styles: bytes) -> Formats:
    """The Format of each cell style, by style number, from the part styles.xml."""
    text = _plain(styles)
    codes = dict(_BUILT_IN)
    for tag in re.findall(r"<numFmt\s([^<>]*)>", text):
        number, code = _attribute(tag, "numFmtId"), _attribute(tag, "formatCode")
        if number.isdecimal():
            codes[int(number)] = unescape(code)
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
    start = text.find("<cellXfs")
    end = text.find("</cellXfs>", start)
    return _STYLE.findall(text, start, end) if 0 <= start < end else ()


def _of_number(number: int, codes: dict[int, str]) -> Format:
    return read_format(codes[number]) if number in codes else GENERAL


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""
