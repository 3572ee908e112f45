"""The findings of one file → those that follow from others listed under them, a sheet's template on one line.

What may follow from what is declared in schemas/consequences.json; it does only where it is shown to.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xlperf.checks.context import At, CheckContext
from xlperf.checks.finding_grounds import about_form, figure, rests_on
from xlperf.checks.mending import STALE, Mends, complaint, complaints
from xlperf.declarations.finding_links import By, Following, followings, sheet_groups
from xlperf.declarations.findings import Finding, Link, fold
from xlperf.declarations.records import Record
from xlperf.notation.declared_words import notation

_MOST, _MOST_TEXTS = 40, 4
"""Sets of figures that are put right for one file, each a check of its own, and of those with its report."""
_MOST_PAIRS = 20_000
"""Causes times others that are looked at one by one; of more nothing is said."""
_TEXT = "R"
_CLOSE = 0.005


@dataclass(slots=True)
class _Folder:
    """The findings of a file by number; ``causes`` has what each one that is folded follows from."""

    context: CheckContext
    findings: Sequence[Finding]
    causes: dict[int, int] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    places: dict[tuple[str, str, str], tuple[Record, At]] = field(default_factory=dict)
    mended: int = 0
    texts: int = 0

    def __post_init__(self) -> None:
        for sheet in self.context.reading.sheets:
            for at, found in sheet.record.provenance.items():
                name = at if isinstance(at, str) else f"{at[0]}_{at[2]}"
                self.places[sheet.record.sheet, found.cell, name] = sheet.record, at

    def at(self, number: int) -> tuple[Record, At] | None:
        """The record and value that a finding is about."""
        place = self.findings[number].location
        return self.places.get((place.sheet, place.cell, place.field))

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
            if other != cause and other not in self.causes and self.root(cause) != other:
                self.causes[other], self.links[other] = cause, link

    def root(self, number: int) -> int:
        """The finding that nothing else explains, from which one follows."""
        while number in self.causes:
            number = self.causes[number]
        return number

    def folded(self) -> list[Finding]:
        """The findings that follow from none, the others under them."""
        under: dict[int, list[int]] = defaultdict(list)
        for number in self.causes:
            under[self.root(number)].append(number)
        result = []
        for number, found in enumerate(self.findings):
            if number not in self.causes:
                others = (
                    replace(self.findings[other], link=self.links[other]) for other in sorted(under[number])
                )
                result.append(fold(found, others, Link.CONSEQUENCE))
        return result


def folded(findings: Sequence[Finding], context: CheckContext) -> list[Finding]:
    """``findings``, all of the file of ``context``, with those that follow from others under them."""
    if len(findings) < 2:
        return [*findings]
    folder = _Folder(context, findings)
    for following in followings():
        causes = folder.open(following.cause)
        explained = set(causes)
        others = [number for number in folder.open(following.of) if number not in explained]
        in_pairs = following.by not in _TOGETHER
        if in_pairs and len(causes) * len(others) > _MOST_PAIRS:
            continue
        if causes and others and following.by in _SHOWN:
            _SHOWN[following.by](folder, following, causes, others)
    for group in sheet_groups():
        _on_one_line(folder, group)
    return folder.folded()


def _on_one_line(folder: _Folder, codes: frozenset[str]) -> None:
    sheets: dict[str, list[int]] = defaultdict(list)
    for number in folder.open(("",)):
        found = folder.findings[number]
        if found.code in codes and found.location.sheet:
            sheets[found.location.sheet].append(number)
    for numbers in sheets.values():
        first = min(numbers, key=lambda number: folder.findings[number].severity.rank)
        folder.follow(first, numbers, Link.SHEET)


def _by_code(folder: _Folder, numbers: Iterable[int]) -> list[list[int]]:
    """Findings of one code and one sheet together: mostly they are wrong in the same way."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in numbers:
        found = folder.findings[number]
        groups[found.code, found.location.sheet].append(number)
    return [*groups.values()]


def _gone(folder: _Folder, mends: Mends, others: Iterable[int]) -> list[int]:
    """Those of ``others`` that the filing does not have with ``mends`` made."""
    waiting = [number for number in others if number not in folder.causes and _is_judged(folder, number)]
    if not waiting or not any(mends.values()) or folder.mended >= _MOST:
        return []
    folder.mended += 1
    text = any(folder.findings[number].code.startswith(_TEXT) for number in waiting)
    if text and folder.texts >= _MOST_TEXTS:
        text, waiting = False, _without_text(folder, waiting)
    folder.texts += text
    left = complaints(folder.context, mends, text=text)
    return [number for number in waiting if complaint(folder.findings[number]) not in left]


def _without_text(folder: _Folder, numbers: Iterable[int]) -> list[int]:
    return [number for number in numbers if not folder.findings[number].code.startswith(_TEXT)]


def _is_judged(folder: _Folder, number: int) -> bool:
    """Whether a finding is one of those that ``complaints`` looks for again."""
    code = folder.findings[number].code
    return code in folder.context.profile.rules or code == STALE or code.startswith(_TEXT)


def _mended(folder: _Folder, following: Following, causes: list[int], others: list[int]) -> None:
    for group in _by_code(folder, causes):
        mends: dict[int, dict[At, float]] = defaultdict(dict)
        for number in group:
            place, right = folder.at(number), figure(folder.findings[number].expected)
            if place and right is not None and number not in folder.causes:
                mends[id(place[0])][place[1]] = right
        _attribute(folder, group, _gone(folder, mends, others))


def _scaled(folder: _Folder, following: Following, causes: list[int], others: list[int]) -> None:
    """The amount itself, all of its column, or all of its form may be in the other unit."""
    for group in _by_code(folder, causes):
        places = [place for number in group if (place := folder.at(number))]
        for covers in (_same_value, _same_column, _same_form):
            mends: dict[int, dict[At, float]] = defaultdict(dict)
            for record, at in places:
                for other, value in _amounts(folder.context, record):
                    if covers(at, other):
                        mends[id(record)][other] = value / following.divisor
            gone = _gone(folder, mends, [*group, *others])
            if set(group) <= set(gone):
                _attribute(folder, group, [number for number in gone if number not in group])


def _same_value(at: At, other: At) -> bool:
    return at == other


def _same_column(at: At, other: At) -> bool:
    return _column(at) == _column(other)


def _same_form(at: At, other: At) -> bool:
    return True


def _column(at: At) -> str:
    return (at if isinstance(at, str) else at[2]).rpartition("_")[2]


def _amounts(context: CheckContext, record: Record) -> Iterator[tuple[At, float]]:
    """The amounts of a record."""
    money = notation()["money"]["unit"]
    for name, value in record.fields.items():
        declared = context.form(record).fields.get(name)
        if declared and not declared.virtual and declared.type.unit == money and isinstance(value, float):
            yield name, value
    for table in context.form(record).tables.values():
        columns = [name for name, column in table.columns.items() if column.type.unit == money]
        for index, row in enumerate(record.tables.get(table.id, ())):
            for name in columns:
                value = row.get(name)
                if isinstance(value, float):
                    yield (table.id, index, name), value


def _attribute(folder: _Folder, group: Sequence[int], gone: Iterable[int]) -> None:
    """List each of ``gone`` under the one of ``group`` that it has most to do with."""
    left = [*gone]
    if len(left) * len(group) > _MOST_PAIRS:
        folder.follow(group[0], left)
        return
    for number in left:
        folder.follow(max(group, key=lambda cause: _nearness(folder, cause, number)), [number])


def _nearness(folder: _Folder, cause: int, other: int) -> int:
    first, second = folder.findings[cause].location, folder.findings[other].location
    if (first.sheet, first.cell) == (second.sheet, second.cell):
        return 3
    if rests_on(folder.findings[other], first, folder.context.profile):
        return 2
    return int(first.row_key == second.row_key and first.sheet == second.sheet)


def _uses(folder: _Folder, following: Following, causes: list[int], others: list[int]) -> None:
    """One rests on the value of the other; of two, a rule that is broken explains what is no rule."""
    profile = folder.context.profile
    for cause in causes:
        first = folder.findings[cause]
        for other in others:
            second = folder.findings[other]
            if rests_on(second, first.location, profile) or (
                first.code in profile.rules
                and second.code not in profile.rules
                and rests_on(first, second.location, profile)
            ):
                folder.follow(cause, [other])


def _same_cell(folder: _Folder, following: Following, causes: list[int], others: list[int]) -> None:
    for cause in causes:
        place = folder.findings[cause].location
        where = place.sheet, place.cell
        same = [
            other
            for other in others
            if (folder.findings[other].location.sheet, folder.findings[other].location.cell) == where
        ]
        folder.follow(cause, same)


def _difference(folder: _Folder, following: Following, causes: list[int], others: list[int]) -> None:
    """Figures of one paragraph that are wrong by the same amount."""
    for cause in causes:
        first = folder.findings[cause]
        for other in others:
            second = folder.findings[other]
            wrong = _distance(first), _distance(second)
            if first.location.cell == second.location.cell and None not in wrong:
                near = abs(abs(wrong[0] or 0) - abs(wrong[1] or 0)) < _CLOSE
                if near:
                    folder.follow(cause, [other])


def _distance(found: Finding) -> float | None:
    value, expected = (figure(text) for text in (found.value, found.expected))
    return None if value is None or expected is None else value - expected


def _missing_form(folder: _Folder, following: Following, causes: list[int], others: list[int]) -> None:
    profile = folder.context.profile
    for cause in causes:
        folder.follow(
            cause,
            [
                other
                for other in others
                if about_form(folder.findings[other], folder.findings[cause], profile)
            ],
        )


_Shown = Callable[[_Folder, Following, list[int], list[int]], None]
_SHOWN: Mapping[By, _Shown] = {
    By.MENDED: _mended,
    By.SCALED: _scaled,
    By.USES: _uses,
    By.SAME_CELL: _same_cell,
    By.DIFFERENCE: _difference,
    By.FORM: _missing_form,
}
_TOGETHER = frozenset({By.MENDED, By.SCALED, By.FORM})
"""Where all causes are looked at together."""
