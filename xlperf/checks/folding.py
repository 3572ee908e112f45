"""The findings of a file, or of all files of a package, by number, and what each folded one follows from.

Whether a finding follows from another is seen by putting figures right and checking again, within limits.
What the unit computed from a figure that is put right follows it: formula cells whose value is what their
formula gives.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from xlperf.checks.context import CheckContext, name_of
from xlperf.checks.rules_stage import check_rules
from xlperf.checks.text_stage import check_text
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Link, Location, fold
from xlperf.declarations.forms_and_rules import Field, Form, Profile
from xlperf.declarations.records import Record
from xlperf.expressions import Value
from xlperf.expressions.operators import round_half_up
from xlperf.intake.received import ValueAddress

MOST_PAIRS = 20_000
"""Causes times others that are looked at one by one; of more nothing is said."""
_MOST, _MOST_TEXTS = 40, 4
"""How often a file is checked again for one folder of findings, and how often with its report."""
_TEXT = "R"

Copies = Mapping[tuple[str, str], Set[str]]
"""Form and project, or ("", "") for the report → the files that have it."""
Mends = Mapping[int, Mapping[ValueAddress, Value]]
"""The identity of a record → the values that are right."""
STALE = "M404"
Complaint = tuple[str, str, str, str, str, str]


def complaint(found: Finding) -> Complaint:
    """What a finding is about."""
    place = found.location
    return found.code, place.file, place.sheet, place.cell, place.field or place.label, place.row_key


def complaints(context: CheckContext, mends: Mends, *, text: bool) -> set[Complaint]:
    """What rules, and with ``text`` the report, have to say of the filing with ``mends`` made.

    Saved results that are still out of date are among it. A report without forms breaks no rule.
    """
    mended = context.with_records(
        [_mended(context, record, mends.get(id(record), {})) for record in context.filing.records]
    )
    found: set[Complaint] = set()
    if context.reading.sheets:
        found |= {complaint(problem) for problem in (*check_rules(mended), *_stale(mended))}
    return found | {complaint(problem) for problem in check_text(mended)} if text else found


def _stale(context: CheckContext) -> Iterator[Finding]:
    """The results of formulas that are not what the formulas give."""
    for record in context.filing.records:
        names = context.scopes.record(record)
        for name, field in _computed(context.form(record)):
            if name in record.provenance and not _is_result(record.fields.get(name), field, names):
                yield finding(STALE, context.place(record, name))


def _mended(context: CheckContext, record: Record, mends: Mapping[ValueAddress, Value]) -> Record:
    """A copy of ``record`` with ``mends``, and with what the unit computed from them."""
    tables = {name: [dict(row) for row in rows] for name, rows in record.tables.items()}
    made = replace(record, fields=dict(record.fields), tables=tables)
    if not mends:
        return made
    before = context.scopes.record(record)
    after = dict(before)
    for at, value in mends.items():
        if isinstance(at, str):
            made.fields[at] = after[at] = value
        else:
            table, row, column = at
            made.tables[table][row][column] = value
            after[f"{table}_{column}"] = [entry.get(column) for entry in made.tables[table]]
    for name, field in _computed(context.form(record)):
        if name not in mends and _is_result(record.fields.get(name), field, before):
            made.fields[name] = after[name] = _result(field, after)
    return made


def _computed(form: Form) -> Iterator[tuple[str, Field]]:
    for name in form.computed:
        field = form.fields[name]
        if field.function is not None and not field.virtual:
            yield name, field


def _is_result(filed: Value, field: Field, names: Mapping[str, Value]) -> bool:
    """Whether a cell shows what its formula gives."""
    result = _result(field, names)
    if isinstance(filed, float) and isinstance(result, float):
        digits = field.type.digits
        return round_half_up(filed, digits) == round_half_up(result, digits)
    return False


def _result(field: Field, names: Mapping[str, Value]) -> Value:
    result = field.function(names) if field.function else None
    return None if result == "" else result


class Folder:
    """Findings by number; ``causes`` has what each one that is folded follows from.

    ``contexts`` are the files by path, of a package all of them: a figure that is put right in one is put
    right for the others. ``copies`` are forms and reports that several files have.
    """

    def __init__(
        self,
        findings: Sequence[Finding],
        contexts: Iterable[CheckContext],
        copies: Copies | None = None,
        profile: Profile | None = None,
    ) -> None:
        self.findings = findings
        self.contexts = {context.path: context for context in contexts}
        self.copies = copies or {}
        self.profile = profile
        self.causes: dict[int, int] = {}
        self._links: dict[int, Link] = {}
        self._checked = self._texts = 0
        self._places: dict[tuple[str, str, str, str], tuple[Record, ValueAddress]] = {}
        self._cells: dict[tuple[str, str, str], str] = {}
        for path, context in self.contexts.items():
            for (title, cell), spot in context.reading.book.spots.items():
                self._cells.setdefault((path, title, spot), cell)
            for sheet in context.reading.sheets:
                for at, found in sheet.record.provenance.items():
                    self._places[path, sheet.record.sheet, found.cell, name_of(at)] = sheet.record, at

    def values(self, number: int) -> Iterator[tuple[CheckContext, Record, ValueAddress, Finding]]:
        """The values that a finding is about, one for each file that has the same fault."""
        for found in self.same(number):
            place = found.location
            known = self._places.get((place.file, place.sheet, place.cell, place.field))
            if known:
                yield self.contexts[place.file], *known, found

    def same(self, number: int) -> list[Finding]:
        """A finding, and the same fault in other files, each at its cell as workbooks count."""
        found = self.findings[number]
        same = (found, *(other for other in found.linked(Link.PLACE) if other.code == found.code))
        return [replace(other, location=self._with_cell(other.location)) for other in same]

    def _with_cell(self, place: Location) -> Location:
        cell = self._cells.get((place.file, place.sheet, place.cell))
        return replace(place, cell=cell) if cell else place

    def files(self, *numbers: int) -> set[str]:
        """The files in which findings are."""
        return {found.location.file for number in numbers for found in self.same(number)}

    def open(self, codes: tuple[str, ...]) -> list[int]:
        """The findings of ``codes`` that follow from none so far."""
        return [
            number
            for number, found in enumerate(self.findings)
            if number not in self.causes and found.code.startswith(codes)
        ]

    def follow(self, cause: int, others: Iterable[int], link: Link = Link.CONSEQUENCE) -> None:
        """List ``others`` under ``cause``."""
        for other in others:
            if other != cause and other not in self.causes and self._root(cause) != other:
                self.causes[other], self._links[other] = cause, link

    def _root(self, number: int) -> int:
        """The finding that nothing else explains, from which one follows."""
        while number in self.causes:
            number = self.causes[number]
        return number

    def folded(self) -> list[Finding]:
        """The findings that follow from none, the others under them."""
        under: dict[int, list[int]] = defaultdict(list)
        for number in self.causes:
            under[self._root(number)].append(number)
        return [
            self._with_followers(number, sorted(under[number]))
            for number in range(len(self.findings))
            if number not in self.causes
        ]

    def _with_followers(self, number: int, followers: Iterable[int]) -> Finding:
        found = self.findings[number]
        for other in followers:
            found = fold(found, [self.findings[other]], self._links[other])
        return found

    def gone(self, mends: Mends, others: Iterable[int], causes: Sequence[int]) -> list[int]:
        """Those of ``others`` that are found no more, in none of their files, with ``mends`` made.

        Of a package only what the check of one file could not see is looked at: what is in other files than
        ``causes`` are.
        """
        mended = {
            path
            for path, context in self.contexts.items()
            if any(mends.get(id(record)) for record in context.filing.records)
        }
        seen = self.files(*causes) if len(self.contexts) > 1 else set()
        waiting = [
            number
            for number in others
            if number not in self.causes
            and self._is_judged(number)
            and self.files(number) <= mended
            and (number in causes or not self.files(number) <= seen)
        ]
        if not any(number not in causes for number in waiting):
            return []
        left: set[tuple[str, ...]] = set()
        for path in sorted(self.files(*waiting)):
            here = [number for number in waiting if path in self.files(number)]
            texts = [number for number in here if self._is_text(number)]
            is_too_much = self._checked >= _MOST
            if is_too_much or (texts and self._texts >= _MOST_TEXTS):
                dropped = here if is_too_much else texts
                waiting = [number for number in waiting if number not in dropped]
                texts = []
            if not is_too_much and any(number in waiting for number in here):
                self._checked += 1
                self._texts += bool(texts)
                left |= complaints(self.contexts[path], mends, text=bool(texts))
        return [
            number for number in waiting if not any(complaint(found) in left for found in self.same(number))
        ]

    def _is_text(self, number: int) -> bool:
        return self.findings[number].code.startswith(_TEXT)

    def _is_judged(self, number: int) -> bool:
        """Whether a finding is one of those that ``complaints`` looks for again."""
        code = self.findings[number].code
        is_rule = any(code in context.profile.rules for context in self.contexts.values())
        return is_rule or code == STALE or code.startswith(_TEXT)
