"""Received files → parts of filings: what each holds, whose it says it is, and which make one unit's package.

All parts in a folder or .zip are one unit's unless two of them have forms of different units, or they
hold nothing but project forms that name different units. Then, and across folders, parts go
together whose unit has the same name, in a form, in the report's title or in the file's name. Workbooks
that are complete by themselves stay by themselves.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.checks.unit_naming import filled_name, named_unit, unit_targets
from xlperf.core.lazy import LazyModule
from xlperf.declarations.model import Profile
from xlperf.declarations.records import Record
from xlperf.intake.book import Book
from xlperf.intake.fixed_texts import is_assessment
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
    report, "" for a file without one.
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
    title = title_of(reading.book)
    graded = any(map(is_assessment, reading.unknown))
    if filing is None or profile is None:
        return (
            FilingPart(received.path, kind, title=title, has_assessment=graded) if title or graded else None
        )
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
    texts = (text for text in book.paragraphs if text.strip())
    paragraphs = tuple(report_text.ReportParagraph(number, text) for number, text in enumerate(texts, 1))
    return report_text.titled(report_text.ReportText(book.path, paragraphs))


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
    longest = max((part.name for part in own), key=len, default="")
    named_alike = len(codes) < 2 and all(is_same_unit(part.name, longest) for part in own)
    return named_alike and (bool(own) or len(_of_like_projects(parts)) < 2)


def _of_like_projects(parts: Sequence[FilingPart]) -> list[Group]:
    """Parts with project forms by the units that these name: a bureau in common is not enough."""
    clusters: dict[frozenset[str], Group] = defaultdict(list)
    for part in parts:
        if part.projects:
            clusters[frozenset(map(name_key, part.projects))].append(part)
    return list(clusters.values())


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
        yield from ([part] for part in parts if not part.projects)
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
    """Groups in several places, of which one lacks forms, put together when their unit's name is one."""
    found: list[Group] = []
    by_name: dict[str, Group] = {}
    for group in groups:
        name = next((name_key(part.name) for part in group if part.name), "")
        other = by_name.get(name) if name else None
        if other is not None and not (_is_complete(other) and _is_complete(group)):
            other.extend(group)
            continue
        made = list(group)
        found.append(made)
        by_name.setdefault(name, made)
    return found


def _is_complete(group: Group) -> bool:
    return any(part.is_whole for part in group)
