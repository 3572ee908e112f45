"""schemas/drafting.json → the words by which a drafter reads an official form, patterns compiled.

Labels become ids, unique in their form and legal as names in Excel; sentences with room to write in
（填表人：  日期：  ） become line cells with their fields.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from xlperf.core.errors import DeclarationError
from xlperf.declarations.form_layout import clean
from xlperf.declarations.source import text_of, texts_of
from xlperf.expressions import name_problem
from xlperf.intake.reading.lexicon import TITLES, WHOLE, lexicon
from xlperf.intake.reading.names import OWN_NAME
from xlperf.notation import label_key


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something a drafter could not decide: its sheet and cell, and what to answer."""

    sheet: str
    cell: str
    text: str

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.sheet, self.cell)))
        return f"{place}：{self.text}" if place else self.text


def question(key: str, sheet: str = "", cell: str = "", **values: object) -> OpenPoint:
    """The declared question ``key`` about a cell, its placeholders filled with ``values`` on one line."""
    flat = {name: "".join(str(value).split("\n")) for name, value in values.items()}
    return OpenPoint(sheet, cell, texts_of("drafting")["questions"][key].format_map(flat))


@cache
def pattern(text: str) -> re.Pattern[str]:
    """A declared pattern, compiled; DeclarationError where it is no regular expression."""
    try:
        return re.compile(text)
    except re.error as error:
        raise DeclarationError(
            "drafting.json", text_of("drafting", "messages", "bad_pattern", pattern=text, reason=error)
        ) from None


@lru_cache(maxsize=4096)
def label(text: str) -> str:
    """A label as the patterns look at it: no blanks, numbering, units, letters of columns, closing colon."""
    plain = clean(label_key(text))
    for noise in texts_of("drafting")["noise"]:
        plain = pattern(noise).sub("", plain)
    return plain


def plain(text: str) -> str:
    """A text as it is compared: its letters and digits, else its marks, without blanks."""
    return label_key(text) or "".join(text.split())


def worded(text: str, year: int) -> str:
    """A label as it is worded, with ``year`` and the one before it as this and last year."""
    names = {str(year): _THIS, str(year - 1): _LAST}
    printed = pattern(_YEAR.format(mark=texts_of("drafting")["year_mark"]))
    return printed.sub(lambda found: names.get(found[1], found[1]), label(text))


_THIS, _LAST = "0", "-1"
_YEAR = "(20[0-9]{{2}})(?={mark})"
_NO_LABELS = frozenset({*WHOLE, *TITLES})


@lru_cache(maxsize=16384)
def sense(text: str, year: int) -> str:
    """What a label says, however it is worded; ``year`` is the one that its form is about."""
    lex = lexicon()
    found = lex.label(text)
    back = found.relative
    plain = found.core
    if back is not None and (start := lex.marks.patterns["relative"].match(plain)):
        plain = plain[start.end() :]
    elif found.year is not None:
        back = found.year - year
    said = next((name for kind, name in found.means if kind not in _NO_LABELS and name != OWN_NAME), plain)
    return said if back is None else f"{said} {back:+d}"


def is_more(text: str) -> bool:
    """Whether a cell says only that rows may follow (……)."""
    return bool(pattern(texts_of("drafting")["more"]).search("".join(text.split())))


def is_total(text: str) -> bool:
    """Whether a row with this label adds up others."""
    return bool(pattern(texts_of("drafting")["totals"]).search(label(text)))


def level_of(text: str) -> int:
    """1, 2 or 3 for the heading of that level of indicators, 0 for any other text."""
    found = (
        number
        for number, level_pattern in enumerate(texts_of("drafting")["levels"], 1)
        if pattern(level_pattern).search(label(text))
    )
    return next(found, 0)


def templated(text: str, year: int) -> str:
    """``text`` with the year of the form and the one before it as ``{年度}`` and the like."""
    words = texts_of("drafting")
    for entry in words["years"]:
        printed = rf"(?<![0-9]){year - entry['back']}(?=\s*{words['year_mark']})"
        text = re.sub(printed, entry["placeholder"], text)
    return text


def filled_in(text: str, year: int) -> str:
    """The inverse of ``templated``."""
    for entry in texts_of("drafting")["years"]:
        text = text.replace(entry["placeholder"], str(year - entry["back"]))
    return text


def yearless(text: str, year: int) -> str:
    """``text`` with the year of the form and the one before it as words that hold in any year."""
    suffix = texts_of("drafting")["year_suffix"]
    for entry in texts_of("drafting")["years"]:
        text = re.sub(rf"(?<![0-9]){year - entry['back']}{suffix}", entry["word"], text)
    return text


def guess_type(texts: Sequence[str], around: Sequence[str]) -> str | None:
    """The type of a field with these label texts, nearest first; units ``around`` count last.

    None where no declared word is found.
    """
    types: Sequence[Mapping[str, Any]] = texts_of("drafting")["types"]
    for text in filter(None, texts):
        flat, plain = label_key(text), label(text)
        for entry in types:
            if "unit" in entry and pattern(entry["unit"]).search(flat):
                return str(entry["type"])
            if "label" in entry and pattern(entry["label"]).search(plain):
                return str(entry["type"])
    for text in around:
        for entry in types:
            if "unit" in entry and pattern(entry["unit"]).search(label_key(text)):
                return str(entry["type"])
    return None


_OUTSIDE = re.compile(r"\W")
_LONGEST = 30


def as_id(text: str, year: int) -> str:
    """A label as part of an id: cleaned, years by their meaning, punctuation out; may be ""."""
    return _OUTSIDE.sub("", yearless(label(text), year))[:_LONGEST]


class FieldIds:
    """Ids given so far: those of one form, and those that no other form may use."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = set(reserved)
        self.given: set[str] = set()

    def take(self, *candidates: str, otherwise: str = "") -> str:
        """The first of ``candidates`` that is legal and free; else the first legal one, numbered."""
        legal = [name for name in candidates if name and name_problem(name) is None]
        legal = legal or [otherwise or str(texts_of("drafting")["names"]["field"])]
        numbered = (f"{legal[0]}_{number}" for number in range(2, 10_000))
        name = next(name for name in (*legal, *numbered) if name not in self._taken)
        self._taken.add(name)
        self.given.add(name)
        return name


_LABEL = re.compile(r"([^\s：:（）()，。；、]{2,14})(?:[（(][^（）()]*[）)])?[：:]")
_PRINTED_ROOM = "\N{IDEOGRAPHIC SPACE}" * 5
_GAP = "    "


@dataclass(frozen=True, slots=True)
class LineCell:
    """``text`` as a declaration has it, with @field; ``labels`` maps each field to its label."""

    text: str
    labels: dict[str, str]
    filled: tuple[str, ...]
    """Labels after which something is printed, so that they stay as they are."""


def as_line(text: str, name: Callable[[str], str]) -> LineCell | None:
    """``text`` as a line, ids by ``name``; None where it leaves no room to write."""
    found = list(_LABEL.finditer(text))
    words = texts_of("drafting")
    labels: dict[str, str] = {}
    filled: list[str] = []
    made = text[: found[0].end()] if found else ""
    for number, match in enumerate(found):
        is_last = number + 1 == len(found)
        gap = text[match.end() :] if is_last else text[match.end() : found[number + 1].start()]
        is_asked = pattern(words["lines"]).search(match[1]) and not pattern(words["unfilled"]).search(
            match[1]
        )
        if is_asked and not gap.strip():
            field = name(match[1])
            labels[field] = match[1]
            rest = gap.removeprefix(_PRINTED_ROOM)
            made += f"@{field}" + ("" if is_last else rest or _GAP)
        else:
            made += gap
            if is_asked:
                filled.append(match[1])
        if not is_last:
            made += found[number + 1].group()
    return LineCell(made, labels, tuple(filled)) if labels else None
