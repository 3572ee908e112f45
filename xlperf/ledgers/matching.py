"""A heading as people type it → the declared heading it means, or what is proposed where that is in doubt.

Sure are the declared words, their synonyms, and what the lexicon of the forms knows under one concept alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from xlperf.intake.reading.lexicon import Lexicon, lexicon
from xlperf.ledgers.headings import nearest
from xlperf.ledgers.layout import Column, LedgerLayout, SheetLayout

BETWEEN = "·"
_UNCLEAR = "?@"
"""Marks of concepts that say too little about a heading."""
_SHORTEST, _LONGEST = 2, 60
_MOST_PROPOSED = 4
_BRACKETS = re.compile(r"[（）()【】\[\]]")


@dataclass(frozen=True, slots=True)
class Match:
    """``head`` is the declared heading, "" when unknown or in doubt; ``proposals`` are then the likely ones.

    ``unit`` is the money unit in brackets, or "". ``year`` is one that the heading names though the ledger
    has no column of it, else 0.
    """

    head: str
    unit: str = ""
    proposals: tuple[str, ...] = ()
    year: int = 0


class HeadMatcher:
    """Matches the headings of one declared sheet; ``extra`` maps further headings to what they are called."""

    def __init__(self, sheet: SheetLayout, layout: LedgerLayout, extra: Iterable[str] = ()) -> None:
        self._headings, self._years = layout.headings, (layout.year, layout.year - 1)
        self._lexicon = lexicon()
        self._known: dict[str, str] = {}
        self._periods: dict[str, str] = {}
        self._meanings: dict[str, frozenset[tuple[str, str]]] = {}
        for head in extra:
            self._learn(head, head, None)
        for head, column in sheet.columns.items():
            self._learn(head, head, column)
        for head in sheet.columns:
            self._known[self._headings.read(head).key] = head

    def match(self, text: str, period: str = "") -> Match:
        """What ``text`` means; ``period`` is what the sheet says of all its columns, "" for nothing."""
        found = self._match(text, period)
        is_odd = bool(found.head) and self._headings.read(text).is_odd
        return Match("", proposals=(found.head,)) if is_odd else found

    def _match(self, text: str, period: str) -> Match:
        read = self._headings.read(text)
        head = self._known.get(read.key) or self._known.get(self._headings.bare_key(text), "")
        if not head and period:
            head = self._known.get(read.key + period, "")
        if head:
            return Match(head, read.unit)
        if of_period := self.period(text):
            meant = tuple(head for head in self._meanings if head.partition(BETWEEN)[2] == of_period)
            return Match("", read.unit, meant if len(meant) <= _MOST_PROPOSED else ())
        label = self._lexicon.label(text)
        if label.year and label.year not in self._years:
            return Match("", read.unit, year=label.year)
        found = self._by_meaning(text, period)
        is_of_another_year = label.relative or label.year not in (None, self._years[0])
        if len(found) == 1 and (BETWEEN in found[0] or not is_of_another_year):
            return Match(found[0], read.unit)
        near = self._known.get(nearest(read.key, self._known), "")
        return Match("", read.unit, tuple(found) or ((near,) if near else ()))

    def is_known(self, text: object) -> bool:
        """Whether a cell is a heading of this sheet beyond doubt; quick, for looking over many cells."""
        return isinstance(text, str) and self._headings.read(text).key in self._known

    def unit(self, text: str) -> str:
        """The money unit that ``text`` alone is, in brackets or not; "" for none."""
        return self._headings.read(f"（{text.strip('（）()[]【】 ')}）").unit

    def period(self, text: str) -> str:
        """The period that a text such as 2023年决算 names, in standard words; "" for none."""
        return self._periods.get(self._headings.read(text).key, "")

    def _learn(self, head: str, text: str, column: Column | None) -> None:
        parts = text.split(BETWEEN)
        spellings = [self._headings.spellings(part) for part in parts]
        for spelling in product(*spellings):
            self._known.setdefault("".join(spelling), head)
        if len(parts) > 1:
            self._periods.update(dict.fromkeys(spellings[-1], parts[-1]))
        labels = [column.field.label] if column and column.field else []
        for label in labels:
            self._known.setdefault(self._headings.read(label).key, head)
        subject = [*self._headings.words(parts[0]), *(label.split(BETWEEN)[0] for label in labels)]
        means = (self._means(self._lexicon, word) for word in subject)
        self._meanings[head] = frozenset(meaning for found in means for meaning in found)

    def _by_meaning(self, text: str, period: str) -> list[str]:
        """The headings of which the lexicon knows the subject, with the same period."""
        found: dict[str, None] = {}
        for subject, of_period in self._cuts(text, period):
            means = self._means(self._lexicon, subject)
            for head, known in self._meanings.items():
                if means & known and head.partition(BETWEEN)[2] == of_period:
                    found[head] = None
        return list(found)

    def _cuts(self, text: str, period: str) -> Iterator[tuple[str, str]]:
        """The ways to part a heading into its subject and its period ("" for none)."""
        for key in (self._headings.read(text).key, self._headings.read(_BRACKETS.sub(BETWEEN, text)).key):
            for at in range(_SHORTEST, min(len(key), _LONGEST) - 1):
                if (found := self._periods.get(key[at:])) is not None:
                    yield key[:at], found
                    return
        yield text, period

    @staticmethod
    def _means(words: Lexicon, text: str) -> frozenset[tuple[str, str]]:
        return frozenset(
            meaning for meaning in words.label(text).means if not any(mark in meaning[1] for mark in _UNCLEAR)
        )


def matchers(layout: LedgerLayout) -> Mapping[str, HeadMatcher]:
    """A matcher for each declared sheet; every sheet knows the heading of units' names."""
    names = [sheet.head_of("name") for sheet in layout.sheets.values() if sheet.head_of("name")]
    return {
        name: HeadMatcher(sheet, layout, [] if sheet.row == "unit" else names)
        for name, sheet in layout.sheets.items()
    }
