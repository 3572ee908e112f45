"""The files of one unit's package → its forms side by side, and the filing that each of them belongs to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from xlperf.checks.context import item_name
from xlperf.checks.file_reading import FileReading
from xlperf.checks.filing_parts import DOCUMENTS, FilingPart, container, is_same_unit
from xlperf.checks.unit_naming import named_unit
from xlperf.declarations.forms_and_rules import Field, Form, Profile
from xlperf.declarations.records import Filing, Record
from xlperf.declarations.template_fingerprint import PROFILE_PROPERTY
from xlperf.expressions import Value, printed_alike
from xlperf.intake.profile_choice import profile_named
from xlperf.intake.received import Received

Key = tuple[str, str]
"""Form alias and, on repeated forms, what people call the sheet."""


@dataclass(frozen=True, slots=True)
class Version:
    """A form in one of the files."""

    file: Received
    record: Record


@dataclass(frozen=True, slots=True)
class ConflictingCopies:
    """A form that is there twice, mostly in two files. ``labels`` are the columns in which the two
    differ, none when they are alike.
    """

    key: Key
    form: Form
    first: Version
    other: Version
    labels: tuple[str, ...]


@dataclass(slots=True)
class MergedFiling:
    """The forms of a package that follow one profile; ``other_profile`` are files that follow another."""

    code: str
    name: str
    profile: Profile
    named_by: str
    files: list[Received]
    other_profile: list[Received]
    versions: dict[Key, list[Version]] = field(default_factory=dict)
    clashes: list[ConflictingCopies] = field(default_factory=list)

    def filing(self, around: Received | None = None) -> Filing:
        """All forms as one filing: those of the file ``around`` and, for the rest, those of the others.

        Forms of which the others have differing versions are left out.
        """
        differing = {clash.key for clash in self.clashes if clash.labels}
        records = []
        for key, versions in self.versions.items():
            own = [version for version in versions if version.file is around]
            if own or key not in differing:
                chosen = own or [version for version in versions if version.file is versions[0].file]
                records += [version.record for version in chosen]
        order = list(self.profile.forms)
        records.sort(key=lambda record: order.index(record.form))
        return Filing(self.code, self.name, self.profile.id, records, around.path if around else "")


def merged(readings: Sequence[FileReading], profile: Profile | None = None) -> MergedFiling | None:
    """The forms of a package by one profile; None when no file holds a form.

    The profile is the one that a workbook names, else ``profile``, else the one most alike.
    """
    with_forms = [reading for reading in readings if reading.received.filing]
    chosen, named_by = _profile([reading.received for reading in with_forms], profile)
    if chosen is None:
        return None
    recognised = [reading.recognised_as(chosen, named_by) for reading in with_forms]
    files = [file for file in recognised if file.profile is chosen and file.filing]
    others = [file for file in recognised if file.profile is not chosen]
    parts = [reading.part for reading in readings if reading.part]
    made = MergedFiling(*unit_of(parts), chosen, named_by, files, others)
    for file in sorted(files, key=_is_document):
        for record in file.filing.records if file.filing else ():
            version = Version(file, record)
            made.versions.setdefault(_key(version, chosen), []).append(version)
    made.clashes = list(_clashes(made))
    return made


def unit_of(group: Sequence[FilingPart]) -> tuple[str, str]:
    """Code and name of the unit: as its folder, .zip or whole workbook is named, else as filled in.

    Where no form names it, it is the one that the report states.
    """
    names = [part.name for part in group if part.name] or [part.stated for part in group if part.stated]
    folders = {container(part.path) for part in group}
    given = [(part.code, part.stated or named_unit(part.path)[1]) for part in group if part.code]
    given += [named_unit(folder) for folder in folders]
    for code, name in given:
        if code and (not names or not name or is_same_unit(name, names[0])):
            return code, name or max(names, key=len, default="")
    projects = {name for part in group for name in part.projects}
    return "", max(names, key=len, default="") or (
        projects.pop() if len(projects) == 1 else min(folders).stem
    )


def _profile(read: Sequence[Received], profile: Profile | None) -> tuple[Profile | None, str]:
    """The profile that a workbook names, else ``profile``, else the one of the place and year that the files
    name, else the one that all sheets together resemble; and by what it is named.
    """
    books = [file.book for file in read if file.book]
    if not books:
        return None, ""
    named = next((book for book in books if PROFILE_PROPERTY in book.properties), books[0])
    sheets = [sheet for book in books for sheet in book.sheets]
    texts = [text for book in books for text in book.paragraphs]
    forms = [form for file in read if file.document for form in file.document.forms]
    return profile_named(replace(named, sheets=sheets, paragraphs=texts), forms, profile)


def _is_document(file: Received) -> bool:
    return file.reading is not None and file.reading.book.kind in DOCUMENTS


def _key(version: Version, profile: Profile) -> Key:
    record = version.record
    form = profile.forms[record.form]
    nameless = f"{version.file.path}#{record.sheet}" if form.repeated else ""
    return record.form, item_name(form, record) or nameless


def _clashes(made: MergedFiling) -> Iterator[ConflictingCopies]:
    for key, versions in made.versions.items():
        form, first = made.profile.forms[key[0]], versions[0]
        reported = {id(first.file)}
        for other in versions[1:]:
            if id(other.file) not in reported or not form.repeated:
                reported.add(id(other.file))
                yield ConflictingCopies(
                    key, form, first, other, tuple(differing_labels(first.record, other.record, form))
                )


def differing_labels(record: Record, other: Record, form: Form) -> Iterator[str]:
    """The labels of what was filled in otherwise; what is computed or derived follows from the rest."""
    for name, declared in form.fields.items():
        if _is_filled_in(declared) and not _alike(record.fields.get(name), other.fields.get(name), declared):
            yield declared.label
    for table in form.tables.values():
        rows, others = record.tables.get(table.id, []), other.tables.get(table.id, [])
        if len(rows) != len(others) or any(
            not _alike(row.get(name), its.get(name), declared)
            for row, its in zip(rows, others, strict=False)
            for name, declared in table.columns.items()
            if _is_filled_in(declared)
        ):
            yield table.label


def _is_filled_in(declared: Field) -> bool:
    """Whether a value is one that people write, neither computed nor derived from others."""
    return declared.formula is None and not declared.virtual


def _alike(value: Value, other: Value, declared: Field) -> bool:
    """Whether two values are printed alike, blanks aside; nothing and 0 are."""
    if isinstance(value, str) or isinstance(other, str):
        return "".join(str(value or "").split()) == "".join(str(other or "").split())
    if isinstance(value, float | None) and isinstance(other, float | None):
        return printed_alike(value or 0.0, other or 0.0, declared.type.digits)
    return value == other
