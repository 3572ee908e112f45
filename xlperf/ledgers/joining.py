"""Codes and names in rows of detail sheets → the units they mean, and the report of what was joined how."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from xlperf.ledgers import ledger_text
from xlperf.ledgers.answers import Answers
from xlperf.ledgers.headings import code_and_name, nearest
from xlperf.ledgers.reports import few, rows_text
from xlperf.ledgers.units import UnitRow
from xlperf.notation.text import likely_names, name_key


@dataclass(slots=True)
class SheetJoin:
    """How the rows of one sheet found their units.

    ``exact`` counts rows with a unit's very code; ``other`` are rows by (text, unit) where another spelling,
    the name or an answer led there; ``unjoined`` are codes and names of no unit, with their rows and the
    units they are like, best first; ``unnamed`` are rows without code and name, ``titles`` those above the
    headings.
    """

    sheet: str
    rows: int
    exact: int = 0
    other: dict[tuple[str, UnitRow], list[int]] = field(default_factory=dict)
    unjoined: dict[str, tuple[Sequence[int], Sequence[UnitRow]]] = field(default_factory=dict)
    unnamed: list[int] = field(default_factory=list)
    titles: Sequence[int] = ()

    def lines(self) -> list[str]:
        """The report in words, for a person."""
        joined = self.exact + sum(map(len, self.other.values()))
        lines = [ledger_text("joined", sheet=self.sheet, rows=self.rows, joined=joined)]
        other = [
            ledger_text("join_as", text=text, code=unit.code, name=unit.name, rows=rows_text(rows))
            for (text, unit), rows in self.other.items()
        ]
        if other:
            lines.append(ledger_text("join_other", units=few(other)))
        unknown = [
            ledger_text("join_unknown", text=text, rows=rows_text(rows), meant=_meant(proposals))
            for text, (rows, proposals) in self.unjoined.items()
        ]
        if unknown:
            lines.append(ledger_text("join_none", texts=few(unknown)))
        if self.titles:
            lines.append(ledger_text("join_titles", rows=rows_text(self.titles)))
        if self.unnamed:
            lines.append(ledger_text("join_unnamed", rows=rows_text(self.unnamed)))
        return lines


def _meant(units: Sequence[UnitRow]) -> str:
    offered = ledger_text("or").join(f"{unit.code} {unit.name}".strip() for unit in units)
    return ledger_text("join_meant", names=offered) if offered else ""


class Roster:
    """The units of a ledger, found by code or name. Ambiguous names lead to no unit."""

    def __init__(self, units: Iterable[UnitRow], answers: Answers) -> None:
        self.units = {unit.code: unit for unit in units}
        self._answers = answers
        self._by_key: dict[str, UnitRow] = {}
        self._by_digits: dict[str, UnitRow | None] = {}
        self._by_name: dict[str, list[UnitRow]] = {}
        for unit in self.units.values():
            self._by_key.setdefault(name_key(unit.code), unit)
            digits = unit.code.lstrip("0")
            self._by_digits[digits] = None if digits in self._by_digits else unit
            if key := name_key(unit.name):
                self._by_name.setdefault(key, []).append(unit)
        self.find = cache(self._find)
        self.likely = cache(self._likely)

    def _find(self, code: str, name: str, *, is_number: bool) -> tuple[UnitRow | None, str]:
        """The unit of a row and the text that led to it; "" for its very code, or without any unit.

        A code that ``is_number`` has lost the zeros before it.
        """
        without_zeros = self._by_digits.get(code.lstrip("0"))
        is_unclear = is_number and code in self.units and without_zeros is None
        if code in self.units and not is_unclear:
            return self.units[code], ""
        text = code or name
        answer = self._answers.answer("units", text)
        if answer is not None:
            return self.units.get(answer), text
        if not code:
            return self.named(name), name
        if is_unclear:
            return None, code
        if without_zeros and (is_number or without_zeros is self.named(name)):
            return without_zeros, code
        return self._by_key.get(name_key(code)) or self.named(code), code

    def parted(self, code: str, name: str) -> tuple[str, str]:
        """Code and name of a row, out of one cell that has both (001-县教育局) where the code is a unit's."""
        if not code and name in self.units:
            return name, ""
        parts = None if code in self.units else code_and_name(code or name)
        if parts is None or parts[0] not in self.units:
            return code, name
        return parts[0], (name if code else "") or parts[1]

    def named(self, name: str) -> UnitRow | None:
        """The only unit of that name, in any spelling."""
        found = self._by_name.get(name_key(name), ())
        return found[0] if len(found) == 1 else None

    def namesakes(self) -> list[list[UnitRow]]:
        """The units that share a name, together."""
        return [units for units in self._by_name.values() if len(units) > 1]

    def _likely(self, text: str) -> Sequence[UnitRow]:
        """The units that ``text``, which is none of them, was probably meant to be, best first."""
        code = like_code(text, self.units)
        if code:
            return [self.units[code]]
        names = likely_names(text, [unit.name for unit in self.units.values()])
        return [unit for unit in self.units.values() if unit.name in names]


def like_code(code: str, known: Iterable[str]) -> str:
    """The one of ``known`` that ``code`` was probably meant to be: equal without leading zeros, or alike."""
    bare = code.lstrip("0")
    return next((other for other in known if other.lstrip("0") == bare), "") or nearest(code, known)
