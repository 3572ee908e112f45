"""The files of a package → what several of them hold: the same material twice, or in versions that differ."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlperf.checks.context import first_of
from xlperf.checks.file_reading import FileReading
from xlperf.checks.filing_parts import DOCUMENTS
from xlperf.checks.merged_filing import ConflictingCopies, Key, MergedFiling, Version, differing_labels
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Link, Location, fold
from xlperf.declarations.forms_and_rules import Profile
from xlperf.intake.received import Received
from xlperf.notation.text import name_key

_REPORT: Key = ("", "")
_SHARED = 0.5
"""Two reports of one title are versions of one where so much of their paragraphs is in both."""
_FEW, _QUOTED = 3, 24


@dataclass(slots=True)
class PackageCopies:
    """What several files of a package hold. ``findings`` say it; ``groups`` are the files that are alike, and
    ``homes`` has the files of every form and of the report that are there more than once.
    """

    findings: list[Finding] = field(default_factory=list)
    groups: list[list[str]] = field(default_factory=list)
    homes: dict[Key, set[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Content:
    """What a file holds: the paragraphs of its report, its forms."""

    path: str
    title: str
    texts: tuple[str, ...]
    forms: Mapping[Key, Version]
    is_document: bool


def copies_in(
    readings: Sequence[FileReading], unit: MergedFiling | None, named: Mapping[str, str]
) -> PackageCopies:
    """What is there twice in the files of a package; ``unit`` are its forms, None where it has none.

    ``named`` has the unit that a file names by the path, for a package without forms.
    """
    found = PackageCopies()
    held = [content for reading in readings if (content := _content(reading, unit))]

    def place(path: str) -> Location:
        """A file of the package, under its unit."""
        code, name = (unit.code, unit.name) if unit else ("", named.get(path, ""))
        return Location(path, unit_code=code, unit_name=name)

    for group in _alike(held, unit.profile if unit else None):
        paths = [content.path for content in group]
        found.groups.append(paths)
        shown = {"count": str(len(paths)), "files": few([Path(path).name for path in paths])}
        found.findings.append(finding("D921", place(paths[0]), **shown))
    found.findings += _drafts(held, found, place)
    if unit is not None:
        for key, versions in unit.versions.items():
            found.homes[key] = {version.file.path for version in versions}
        found.findings += _differing_forms(unit)
    return found


def few(words: Sequence[str]) -> str:
    """The first of ``words``, as a phrase."""
    return first_of(words, _FEW, "and_more")


def sheet_place(file: Received, unit: MergedFiling, version: Version, item: str = "") -> Location:
    """The sheet of a form in a file."""
    record = version.record
    return Location(
        file.path, record.sheet, unit_code=unit.code, unit_name=unit.name, form=record.form, item=item
    )


def _content(reading: FileReading, unit: MergedFiling | None) -> _Content | None:
    part, report = reading.part, reading.report
    if part is None:
        return None
    forms = {
        key: version
        for key, versions in (unit.versions if unit else {}).items()
        for version in versions
        if version.file.path == reading.path
    }
    texts = tuple("".join(found.text.split()) for found in report.paragraphs) if report and part.title else ()
    if not forms and not texts:
        return None
    return _Content(reading.path, name_key(part.title), texts, forms, part.kind in DOCUMENTS)


def _alike(held: Sequence[_Content], profile: Profile | None) -> Iterator[list[_Content]]:
    """The files of one kind with the same report and the same forms, two or more together."""
    groups: dict[object, list[list[_Content]]] = defaultdict(list)
    for content in held:
        like = groups[content.is_document, content.texts, frozenset(content.forms)]
        group = next((group for group in like if _same_forms(group[0], content, profile)), None)
        if group is None:
            like.append([content])
        else:
            group.append(content)
    yield from (group for like in groups.values() for group in like if len(group) > 1)


def _same_forms(first: _Content, other: _Content, profile: Profile | None) -> bool:
    return profile is None or not any(
        any(differing_labels(version.record, other.forms[key].record, profile.forms[version.record.form]))
        for key, version in first.forms.items()
    )


def _drafts(
    held: Sequence[_Content], found: PackageCopies, place: Callable[[str], Location]
) -> Iterator[Finding]:
    """The reports of one title of which not all is alike; all files with versions of it are noted."""
    first: dict[str, _Content] = {}
    for content in held:
        if not content.texts:
            continue
        other = first.setdefault(content.title, content)
        own, its = set(content.texts), set(other.texts)
        if other is content or len(own & its) < _SHARED * max(len(own), len(its)):
            continue
        found.homes.setdefault(_REPORT, {other.path}).add(content.path)
        changed = [text for text in content.texts if text not in its]
        missing = [text for text in other.texts if text not in own]
        if content.texts != other.texts:
            sample = next(iter(changed or missing or content.texts))
            yield finding(
                "D922",
                place(content.path),
                other=Path(other.path).name,
                count=str(max(len(changed), len(missing), 1)),
                quoted=sample[:_QUOTED] + ("…" if len(sample) > _QUOTED else ""),
            )


def _differing_forms(unit: MergedFiling) -> Iterator[Finding]:
    """Each form that is filled in otherwise in another file, files that are alike in it together."""
    for key in unit.versions:
        reported: list[tuple[ConflictingCopies, Finding]] = []
        for clash in unit.clashes:
            if clash.key != key or not clash.labels or clash.other.file is clash.first.file:
                continue
            place = sheet_place(clash.other.file, unit, clash.other, key[1] if clash.form.repeated else "")
            named = {"form_name": clash.form.id, "other": Path(clash.first.file.path).name}
            made = finding("D914", place, **named, differing=few(clash.labels))
            for number, (known, first) in enumerate(reported):
                if not any(differing_labels(known.other.record, clash.other.record, clash.form)):
                    reported[number] = known, fold(first, [made], Link.PLACE)
                    break
            else:
                reported.append((clash, made))
        yield from (made for _, made in reported)
