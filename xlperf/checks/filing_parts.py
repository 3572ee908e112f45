"""Received files → parts of filings: what each holds, whose it says it is, and which make one unit's package.

All parts in a folder or .zip are one unit's unless two of them have forms of different units, or they
hold nothing but project forms, or reports, that name different units. Then, and across folders, parts go
together whose unit has the same name, in a form, in the report's title or in the file's name. Workbooks
that are complete by themselves stay by themselves, but for a report that is of one of them.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.checks.unit_naming import filled_name, named_unit, unit_targets
from xlperf.core.lazy import LazyModule
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import general_profile
from xlperf.declarations.records import Record
from xlperf.intake.book import Book
from xlperf.intake.fixed_texts import is_assessment
from xlperf.intake.kinds import kinds
from xlperf.intake.received import Received
from xlperf.notation.text import is_short_form, name_key
from xlperf.ooxml.archives import is_archive

if TYPE_CHECKING:
    from xlperf import report_text
else:
    report_text = LazyModule("xlperf.report_text")


DOCUMENTS = ("docx", "doc")
_SEVERAL, _SHORTEST_CODE = 2, 3
"""A file named 1_基础数据表 is numbered; one with several forms named 001_某局 is called after its unit."""


@dataclass(frozen=True, slots=True)
class FilingPart:
    """A file with some of a unit's filing in it.

    ``code`` and ``name`` are the unit's, "" where the file does not say; ``projects`` are the units
    that its project sheets name. ``is_whole`` says that every form is there; ``title`` is that of the
    report, "" for a file without one, and ``stated`` the unit that the title of a report without forms names.
    """

    path: str
    kind: str
    code: str = ""
    name: str = ""
    projects: frozenset[str] = frozenset()
    has_forms: bool = False
    is_whole: bool = False
    title: str = ""
    has_assessment: bool = False
    stated: str = ""

    @property
    def is_alone(self) -> bool:
        """Whether it is a workbook that needs no other file to be a filing."""
        return self.is_whole and self.kind not in DOCUMENTS


def part_of(received: Received) -> FilingPart | None:
    """The part that a file is; None for a file with neither form, report nor grading sheet."""
    reading, filing, profile = received.reading, received.filing, received.profile
    if reading is None:
        return None
    kind = reading.book.kind
    title, stated = title_of(reading.book), ""
    graded = any(map(is_assessment, reading.unknown))
    if filing is None or profile is None:
        if title:
            stated = report_text.named_unit(_report(reading.book), general_profile())
        code = _code_of_report(received.path, stated)
        part = FilingPart(received.path, kind, code, title=title, has_assessment=graded, stated=stated)
        return part if title or graded else None
    forms = {record.form for record in filing.records}
    is_whole = forms == profile.forms.keys()
    code, given = named_unit(received.path)
    if not is_whole and (len(forms) < _SEVERAL or len(code) < _SHORTEST_CODE):
        code, given = "", ""
    printed = received.document.organisation if received.document else ""
    name = filled_name(filing, profile)[0] or printed or given
    named = frozenset(name for record in filing.records for _, name in unit_fields(record, profile))
    return FilingPart(received.path, kind, code, name, named, True, is_whole, title, graded)


def title_of(book: Book) -> str:
    """The title of a report, "" for workbooks and for documents that are none."""
    if book.kind not in DOCUMENTS:
        return ""
    return report_text.titled(_report(book))


def _report(book: Book) -> "report_text.ReportText":
    """The paragraphs of a document that say something, as a report."""
    texts = (text for text in book.paragraphs if text.strip())
    paragraphs = tuple(report_text.ReportParagraph(number, text) for number, text in enumerate(texts, 1))
    return report_text.ReportText(book.path, paragraphs)


def _code_of_report(path: str, stated: str) -> str:
    """The code before the unit's name in the name of a report's file, "" without one."""
    code, rest = named_unit(path)
    is_named = bool(stated) and name_key(stated) in name_key(rest)
    return code if is_named and len(code) >= _SHORTEST_CODE else ""


def unit_fields(record: Record, profile: Profile) -> Iterator[tuple[str, str]]:
    """Fields and values of the units that a sheet of a repeated form names: its own, the one above it."""
    for alias, field in unit_targets(profile.id):
        if alias == record.form and isinstance(value := record.fields.get(field), str):
            yield field, "".join(value.split())


def is_same_unit(name: str, other: str) -> bool:
    """Whether two names are one unit's: alike, or one of them without the place before it."""
    return name == other or is_short_form(name, other)


Group = list[FilingPart]


def grouped(parts: Sequence[FilingPart]) -> list[Group]:
    """The packages of two parts or more, each in the order of ``parts``."""
    order = {part.path: place for place, part in enumerate(parts)}
    found = _joined([group for group in _folders(parts) if group])
    packages = [
        sorted(group, key=lambda part: order[part.path])
        for group in found
        if len(group) > 1 and not all(part.is_alone for part in group)
    ]
    return sorted(packages, key=lambda group: order[group[0].path])


@cache
def _document_suffixes() -> frozenset[str]:
    return frozenset(suffix for kind in DOCUMENTS for suffix in kinds()[kind].suffixes)


def is_document(path: str) -> bool:
    """Whether a file is called as documents of Word are."""
    return os.path.splitext(path)[1].lower() in _document_suffixes()


def container(path: str) -> Path:
    """The archive or, without one, the folder that a part lies in."""
    parents = Path(path).parents
    return next((parent for parent in parents if is_archive(parent)), parents[0])


def _folders(parts: Sequence[FilingPart]) -> Iterator[Group]:
    by_folder: dict[Path, Group] = defaultdict(list)
    for part in parts:
        by_folder[container(part.path)].append(part)
    taken: set[Path] = set()
    for folder in sorted(by_folder, key=lambda folder: len(folder.parts)):
        if folder in taken:
            continue
        below = [inner for inner in by_folder if folder in inner.parents and inner not in taken]
        together = [part for place in (folder, *below) for part in by_folder[place]]
        if not all(part.is_alone for part in by_folder[folder]) and _one_unit(together):
            taken.update(below)
            yield together
        else:
            yield from _by_name(by_folder[folder])


def _one_unit(parts: Sequence[FilingPart]) -> bool:
    """Whether no two parts are of different units, as far as they say."""
    own = [part for part in parts if part.name]
    codes = {part.code for part in own if part.code}
    if any(part.is_alone for part in own) and codes:
        codes |= {code for part in parts if (code := named_unit(part.path)[0])}
    if own:
        return _are_one(codes, [part.name for part in own])
    titled = {part.code for part in parts if part.code}, [part.stated for part in parts if part.stated]
    return len(_of_like_projects(parts)) < 2 and _are_one(*titled)


def _are_one(codes: Set[str], names: Sequence[str]) -> bool:
    """Whether codes and names are all of one unit."""
    longest = max(names, key=len, default="")
    return len(codes) < 2 and all(is_same_unit(name, longest) for name in names)


def _clusters(parts: Iterable[FilingPart], key: Callable[[FilingPart], Hashable]) -> list[Group]:
    found: dict[Hashable, Group] = defaultdict(list)
    for part in parts:
        found[key(part)].append(part)
    return list(found.values())


def _of_like_titles(parts: Sequence[FilingPart]) -> list[Group]:
    """Reports without forms by the units that they name; one that names none is by itself."""
    return _clusters(parts, lambda part: (part.code, name_key(part.stated) or part.path))


def _of_like_projects(parts: Sequence[FilingPart]) -> list[Group]:
    """Parts with project forms by the units that these name: a bureau in common is not enough."""
    named = (part for part in parts if part.projects)
    return _clusters(named, lambda part: frozenset(map(name_key, part.projects)))


def _by_name(parts: Group) -> Iterator[Group]:
    """The parts of one folder by unit; those that name no unit, and that no name leads to, alone."""
    if not all(part.is_alone for part in parts) and _one_unit(parts):
        yield parts
        return
    units: dict[tuple[str, str], Group] = {}
    coded: dict[str, Group] = {}
    for part in sorted(parts, key=lambda part: not part.code):
        if part.name:
            name = name_key(part.name)
            group = units.get((part.code, name)) or (None if part.code else coded.get(name))
            if group is None:
                group = units[part.code, name] = []
                coded.setdefault(name, group)
            group.append(part)
    if not units:
        yield from _of_like_projects(parts)
        yield from _of_like_titles([part for part in parts if not part.projects])
        return
    for part in parts:
        if not part.name:
            fitting = [unit for unit in units if _leads_to(part, *unit)]
            if fitting:
                units[max(fitting, key=lambda unit: len(unit[1]))].append(part)
            else:
                yield [part]
    yield from units.values()


def _leads_to(part: FilingPart, code: str, name: str) -> bool:
    """Whether a part without a unit of its own is of the unit ``name``: by project, title or file name."""
    own = named_unit(part.path)[0]
    if own and code:
        return own == code
    named = any(is_same_unit(project, name) for project in part.projects)
    return named or name in name_key(part.title) or name in name_key(Path(part.path).stem)


def _joined(groups: Sequence[Group]) -> list[Group]:
    """Groups in several places, of which one lacks forms or the report, put together when their unit is one.

    That is the unit of the same code and name, or the only one of the name.
    """
    found: list[Group] = []
    by_name: dict[str, dict[str, Group]] = defaultdict(dict)
    for group in sorted(groups, key=_are_reports):
        code, name = _unit_of(group)
        alike = by_name[name] if name else {}
        only = next(iter(alike.values())) if len(alike) == 1 and not (code and "" not in alike) else None
        other = alike.get(code, only)
        if other is not None and not _are_two_filings(other, group):
            other.extend(group)
            continue
        made = list(group)
        found.append(made)
        alike.setdefault(code, made)
    return found


def _unit_of(group: Group) -> tuple[str, str]:
    """Code and name of the unit of a group, each "" where no part has it."""
    named = next((part for part in group if part.name), None)
    named = named or next((part for part in group if part.stated), group[0])
    return named.code, name_key(named.name or named.stated)


def _are_reports(group: Group) -> bool:
    """Whether there are no forms in a group."""
    return not any(part.has_forms for part in group)


def _are_two_filings(group: Group, other: Group) -> bool:
    """Whether each of two groups is a filing: both have all forms, and both a report or neither."""
    reports = [any(part.title for part in each) for each in (group, other)]
    return _is_complete(group) and _is_complete(other) and reports[0] == reports[1]


def _is_complete(group: Group) -> bool:
    return any(part.is_whole for part in group)
