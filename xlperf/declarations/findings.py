"""A Finding says what is wrong, where, what is right, why, and what to do; how lists of findings show it.

Findings are the only thing that checks produce and the only thing that reports print. Columns, texts and
colours of their lists are those of schemas/annotate.json.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from itertools import groupby
from pathlib import PurePath
from typing import Any

from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import texts_of

FINGERPRINTS = 2
"""The number of the way in which fingerprints are made: those of another way are not compared."""


class Link(Enum):
    """Why a finding is listed under another: it follows from it, is the same fault read from another file, or
    is another matter of the same sheet.
    """

    CONSEQUENCE = "consequence"
    PLACE = "place"
    SHEET = "sheet"


class Status(Enum):
    """What became of a finding since an earlier check; ``UNCHECKED`` could not be looked at again."""

    NEW = "新问题"
    OPEN = "仍未改"
    FIXED = "已改正"
    UNCHECKED = "未复查"

    @property
    def english(self) -> str:
        """``new``, ``open``, ``fixed`` or ``unchecked``: the word used in JSON."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Location:
    """File, sheet and cell (A1); ``field`` is the id, ``label`` the official wording, ``row_key``
    what a person calls the table row (the indicator's name), ``form`` the alias of the form, ``item``
    the name of the project on a repeated form. Empty strings where not applicable.
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""
    field: str = ""
    label: str = ""
    row_key: str = ""
    unit_code: str = ""
    unit_name: str = ""
    form: str = ""
    item: str = ""

    @property
    def unit(self) -> str:
        """By what units differ: the code, without one the name, without either the file's name."""
        return self.unit_code or self.unit_name or PurePath(self.file.replace("\\", "/")).name


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. ``value`` and ``expected`` are printed texts, "" where there is none.

    ``amount_unit`` is the unit of both (万元, 人, %, 分). ``exempt`` carries the reason when an
    exemption covers the finding: it is then counted apart and never fails a run. ``twin`` counts, from
    0, the findings of one check that differ in nothing else; ``status`` is None unless the check was
    compared with an earlier one.

    ``folded`` are the findings listed under this one, each with the ``link`` that says why; they have none
    under themselves. The severity is then that of the gravest of all, ``own`` what it is without them.
    """

    code: str
    severity: Severity
    message: str
    fix: str
    basis: str
    location: Location
    value: str = ""
    expected: str = ""
    amount_unit: str = ""
    exempt: str = ""
    twin: int = 0
    status: Status | None = None
    folded: tuple["Finding", ...] = ()
    link: Link | None = None
    own: Severity | None = None

    @property
    def subject(self) -> tuple[str, ...]:
        """What is wrong with what, wherever it is: code, form, project, field, row."""
        place = self.location
        return self.code, place.form or place.sheet, place.item, place.field or place.label, place.row_key

    @property
    def fingerprint(self) -> str:
        """16 hex digits that stay the same when rows shift and when sheets and files are renamed."""
        parts = (self.location.unit, *self.subject, str(self.twin))
        return hashlib.sha256("\x1f".join(parts).encode(errors="surrogatepass")).hexdigest()[:16]

    def with_folded(self, others: Iterable["Finding"]) -> "Finding":
        """The finding with exactly ``others`` under it, which have their links already."""
        under, own = tuple(others), self.own or self.severity
        worst = min((own, *(other.severity for other in under)), key=lambda severity: severity.rank)
        if not under and not self.folded:
            return self
        return replace(self, folded=under, severity=worst, own=own if worst is not own else None)

    def linked(self, link: Link) -> Iterator["Finding"]:
        """The findings under this one for the reason ``link``."""
        return (other for other in self.folded if other.link is link)


def unfolded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Every finding on its own and with its own severity, each cause before what is listed under it."""
    for found in findings:
        yield found.with_folded(())
        for other in found.folded:
            yield replace(other, link=None)


def fold(cause: Finding, others: Iterable[Finding], link: Link) -> Finding:
    """``cause`` with ``others``, and what is under them, listed under it.

    The places of a consequence in other files are consequences too.
    """
    is_cause = link is Link.CONSEQUENCE
    added = [
        replace(other, link=link if is_cause and other.link is Link.PLACE else other.link or link)
        for top in others
        for other in (top.with_folded(()), *top.folded)
    ]
    return cause.with_folded([*cause.folded, *added])


def in_file(findings: Iterable[Finding], path: str) -> Iterator[Finding]:
    """What the list of one file has: its own findings, the same fault that is listed with another file, and
    what follows from a fault in another file.
    """
    for top in findings:
        here = [other for other in top.folded if other.location.file == path]
        same = next((other for other in here if other.link is Link.PLACE and other.code == top.code), None)
        if top.location.file == path:
            yield top
        elif same is None:
            yield from (replace(other, link=None) for other in here)
        else:
            links = {other.code: other.link for other in top.folded if other.link is not Link.PLACE}
            under = [
                replace(other, link=links.get(other.code, other.link)) for other in here if other is not same
            ]
            yield replace(same, link=None).with_folded(under)


def changed(findings: Iterable[Finding], change: Callable[[Finding], Finding | None]) -> Iterator[Finding]:
    """The findings with ``change`` made to each, also to those listed under others; None leaves one out.

    What was listed under one that is left out is listed on its own.
    """
    for found in findings:
        top = change(found.with_folded(()))
        under = [new for other in found.folded if (new := change(other)) is not None]
        if top is None:
            yield from (replace(other, link=None) for other in under)
        else:
            yield top.with_folded(under)


def numbered(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same findings, those alike in unit and subject counted in the order given.

    The findings of a unit are together; those that are listed under findings of another unit are counted
    by themselves.
    """
    others: Counter[tuple[str, ...]] = Counter()
    for unit, of_unit in groupby(findings, key=lambda finding: finding.location.unit):
        seen: Counter[tuple[str, ...]] = Counter()

        def count(finding: Finding, unit: str = unit, seen: Counter[tuple[str, ...]] = seen) -> Finding:
            """The finding with its number among those like it."""
            counts = seen if finding.location.unit == unit else others
            key = (finding.location.unit, *finding.subject)
            counts[key] += 1
            return replace(finding, twin=counts[key] - 1)

        yield from changed(of_unit, count)


NUMBER, SEVERITY, LINK, CODE = "number", "severity", "cell", "code"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list: heading, width in characters, what it shows, whether its texts are centred."""

    heading: str
    width: float
    shows: str
    centred: bool = False


def columns_of(declared: Sequence[Mapping[str, Any]]) -> list[ListColumn]:
    """The columns that a text file declares by ``head``, ``width``, ``shows`` and perhaps ``centred``."""
    return [
        ListColumn(column["head"], column["width"], column["shows"], column.get("centred", False))
        for column in declared
    ]


@cache
def columns() -> Sequence[ListColumn]:
    """The columns of the sheet of findings, from left to right."""
    return columns_of(texts_of("annotate")["sheet"]["columns"])


def colour_of(finding: Finding) -> str:
    """The fill of the cell that a finding is about, RRGGBB."""
    return str(texts_of("annotate")["colours"][finding.severity.value])


def all_colours() -> set[str]:
    """The fills that mark cells as annotated."""
    return {str(texts_of("annotate")["colours"][severity.value]) for severity in Severity}
