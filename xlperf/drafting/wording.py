"""schemas/drafting.json → the words by which a drafter reads an official form, patterns compiled."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from xlperf.core.errors import DeclarationError
from xlperf.declarations.form_layout import clean
from xlperf.declarations.source import text_of, texts_of
from xlperf.notation import label_key


@dataclass(frozen=True, slots=True)
class Question:
    """Something a drafter could not decide: its sheet and cell, and what to answer."""

    sheet: str
    cell: str
    text: str

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.sheet, self.cell)))
        return f"{place}：{self.text}" if place else self.text


def question(key: str, sheet: str = "", cell: str = "", **values: object) -> Question:
    """The declared question ``key`` about a cell, its placeholders filled with ``values`` on one line."""
    flat = {name: "".join(str(value).split("\n")) for name, value in values.items()}
    return Question(sheet, cell, texts_of("drafting")["questions"][key].format_map(flat))


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
    for noise in texts_of("synonyms")["noise"]:
        plain = pattern(noise).sub("", plain)
    return plain


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
    for entry in texts_of("drafting")["years"]:
        text = re.sub(rf"(?<![0-9]){year - entry['back']}(?=\s*年)", entry["placeholder"], text)
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
