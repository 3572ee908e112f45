"""The findings of a file or a package → those that follow from others under them, a sheet's template on one
line.

What may follow from what is declared in schemas/consequences.json; it does only where it is shown to. There
is a function for each way of showing it that is named there.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from xlperf.checks.context import CheckContext
from xlperf.checks.folding import MOST_PAIRS, Copies, Folder
from xlperf.checks.unknown_names import names_of
from xlperf.declarations.codes import By, Following, followings, sheet_groups
from xlperf.declarations.findings import Finding, Link, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Record
from xlperf.expressions.tree import references
from xlperf.intake.received import ValueAddress
from xlperf.notation import parse_number
from xlperf.notation.declared_words import notation

_CLOSE = 0.005
_PRINTED = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?%?")


def folded(
    findings: Sequence[Finding],
    contexts: Iterable[CheckContext],
    copies: Copies | None = None,
    profile: Profile | None = None,
) -> list[Finding]:
    """``findings``, all of the files of ``contexts``, with those that follow from others under them.

    ``copies`` says which files have the same form or report; ``profile`` is that of the package.
    """
    if len(findings) < 2:
        return [*findings]
    folder = Folder(findings, contexts, copies, profile)
    for following in followings():
        causes = folder.open(following.cause)
        explained = set(causes)
        others = [number for number in folder.open(following.of) if number not in explained]
        if following.by not in TOGETHER and len(causes) * len(others) > MOST_PAIRS:
            continue
        if following.by in PROOFS and causes and others:
            PROOFS[following.by](folder, following, causes, others)
        elif test := TESTS.get(following.by):
            for cause in causes:
                first = folder.findings[cause]
                folder.follow(
                    cause, [other for other in others if test(folder, first, folder.findings[other])]
                )
    for group in sheet_groups():
        _on_one_line(folder, group)
    return folder.folded()


def _on_one_line(folder: Folder, codes: frozenset[str]) -> None:
    sheets: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in folder.open(("",)):
        found = folder.findings[number]
        if found.code in codes and found.location.sheet:
            sheets[found.location.file, found.location.sheet].append(number)
    for numbers in sheets.values():
        first = min(numbers, key=lambda number: folder.findings[number].severity.rank)
        folder.follow(first, numbers, Link.SHEET)


def figure(text: str) -> float | None:
    """The number that a printed figure means, its unit aside: 0.9849 for 98.49%."""
    match = _PRINTED.match(text)
    number = parse_number(match[0]) if match else None
    return number[0] if number else None


def names_behind(profile: Profile, found: Finding) -> frozenset[str]:
    """What a finding rests on: the names of its rule, or of the formula of its field."""
    rule, place = profile.rules.get(found.code), found.location
    if rule is not None:
        ends = (place.field, place.field.removeprefix(f"{rule.each}_"))
        fitting = [instance for instance in rule.instances if instance.at in ends]
        spoken = (names_of(instance) for instance in fitting or rule.instances)
        return frozenset(name for names in spoken for name in names)
    form = profile.forms.get(place.form)
    declared = form.fields.get(place.field) if form else None
    return frozenset(references(declared.formula)) if declared and declared.formula else frozenset()


def rests_on(found: Finding, place: Location, profile: Profile) -> bool:
    """Whether a finding rests on the value at ``place``."""
    names, rule = names_behind(profile, found), profile.rules.get(found.code)
    if f"{place.form}!{place.field}" in names:
        return True
    if rule and rule.each and place.field.startswith(f"{rule.each}_"):
        other = found.location
        same_row = (place.file, place.sheet, place.row_key) == (other.file, other.sheet, other.row_key)
        return same_row and place.field.removeprefix(f"{rule.each}_") in names
    across = rule is not None and not rule.forms
    same_sheet = (place.file, place.sheet) == (found.location.file, found.location.sheet)
    return place.field in names and (across or same_sheet)


def about_form(found: Finding, missing: Finding, profile: Profile) -> bool:
    """Whether a finding speaks of the form that another one misses."""
    place = missing.location
    for form in profile.forms.values():
        if form.alias == place.form or form.id == place.label:
            spoken = names_behind(profile, found) if found.code in profile.rules else frozenset()
            named = any(name.startswith(f"{form.alias}!") for name in spoken)
            return named or form.id in found.value
    return False


Proof = Callable[[Folder, Following, list[int], list[int]], None]
"""Folds those of the others that follow from one of the causes."""


def _by_code(folder: Folder, numbers: Iterable[int]) -> list[list[int]]:
    """Findings of one code and one sheet together: mostly they are wrong in the same way."""
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number in numbers:
        found = folder.findings[number]
        groups[found.code, found.location.file, found.location.sheet].append(number)
    return [*groups.values()]


def _mended(folder: Folder, following: Following, causes: list[int], others: list[int]) -> None:
    for group in _by_code(folder, causes):
        mends: dict[int, dict[ValueAddress, float]] = defaultdict(dict)
        for number in group:
            for _, record, at, found in folder.values(number) if number not in folder.causes else ():
                right = figure(found.expected)
                if right is not None:
                    mends[id(record)][at] = right
        _attribute(folder, group, folder.gone(mends, others, group))


def _scaled(folder: Folder, following: Following, causes: list[int], others: list[int]) -> None:
    """The amount itself, all of its column, or all of its form may be in the other unit."""
    for group in _by_code(folder, causes):
        places = [value for number in group for value in folder.values(number)]
        for scope in (_itself, _column, _whole_form):
            mends: dict[int, dict[ValueAddress, float]] = defaultdict(dict)
            for context, record, at, _ in places:
                for other, value in _amounts(context, record):
                    if scope(at) == scope(other):
                        mends[id(record)][other] = value / following.divisor
            gone = folder.gone(mends, [*group, *others], group)
            if set(group) <= set(gone):
                _attribute(folder, group, [number for number in gone if number not in group])


def _itself(at: ValueAddress) -> ValueAddress:
    return at


def _column(at: ValueAddress) -> str:
    return (at if isinstance(at, str) else at[2]).rpartition("_")[2]


def _whole_form(_: ValueAddress) -> str:
    return ""


def _amounts(context: CheckContext, record: Record) -> Iterator[tuple[ValueAddress, float]]:
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


def _attribute(folder: Folder, group: Sequence[int], gone: Iterable[int]) -> None:
    """List each of ``gone`` under the one of ``group`` that it has most to do with."""
    left = [*gone]
    if len(left) * len(group) > MOST_PAIRS:
        folder.follow(group[0], left)
        return
    for number in left:
        folder.follow(max(group, key=lambda cause: _nearness(folder, cause, number)), [number])


def _nearness(folder: Folder, cause: int, other: int) -> int:
    first, second = folder.findings[cause].location, folder.findings[other].location
    same_sheet = (first.file, first.sheet) == (second.file, second.sheet)
    if same_sheet and first.cell == second.cell:
        return 3
    if folder.profile and rests_on(folder.findings[other], first, folder.profile):
        return 2
    return int(same_sheet and first.row_key == second.row_key)


def _uses(folder: Folder, first: Finding, second: Finding) -> bool:
    """One rests on the value of the other; of two, a rule that is broken explains what is no rule."""
    profile = folder.profile
    return profile is not None and (
        rests_on(second, first.location, profile)
        or (
            first.code in profile.rules
            and second.code not in profile.rules
            and rests_on(first, second.location, profile)
        )
    )


def _same_cell(_: Folder, first: Finding, second: Finding) -> bool:
    places = {(found.location.file, found.location.sheet, found.location.cell) for found in (first, second)}
    return len(places) == 1


def _difference(folder: Folder, first: Finding, second: Finding) -> bool:
    """Figures of one paragraph that are wrong by the same amount."""
    if not _same_cell(folder, first, second):
        return False
    wrong, also_wrong = _distance(first), _distance(second)
    return wrong is not None and also_wrong is not None and abs(abs(wrong) - abs(also_wrong)) < _CLOSE


def _distance(found: Finding) -> float | None:
    value, expected = (figure(text) for text in (found.value, found.expected))
    return None if value is None or expected is None else value - expected


def _missing_form(folder: Folder, first: Finding, second: Finding) -> bool:
    return folder.profile is not None and about_form(second, first, folder.profile)


def _reading(folder: Folder, following: Following, causes: list[int], others: list[int]) -> None:
    """What only some of the files give that have a form or report, where a cause says that they differ."""
    for other in others:
        about = _about(folder.findings[other])
        differing = [cause for cause in causes if _about(folder.findings[cause]) == about]
        if differing and not folder.copies.get(about, frozenset()) <= folder.files(other):
            here = folder.files(other)
            folder.follow(max(differing, key=lambda cause: len(folder.files(cause) & here)), [other])


def _about(found: Finding) -> tuple[str, str]:
    return found.location.form, found.location.item


PROOFS: Mapping[By, Proof] = {By.MENDED: _mended, By.SCALED: _scaled, By.READING: _reading}
TESTS: Mapping[By, Callable[[Folder, Finding, Finding], bool]] = {
    By.USES: _uses,
    By.SAME_CELL: _same_cell,
    By.DIFFERENCE: _difference,
    By.FORM: _missing_form,
}
"""Whether the second of two findings follows from the first."""
TOGETHER = frozenset({By.MENDED, By.SCALED, By.FORM, By.READING})
"""Where all causes are looked at together."""
