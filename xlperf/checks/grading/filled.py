"""A grading table that somebody filled in → findings: its own figures, and what the filing deserves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.checks.file_reading import FileReading
from xlperf.checks.grading.assessment import AssessedItem, assess
from xlperf.checks.grading.package import GradedPackage
from xlperf.checks.grading.scheme import GradedItem, Scheme, scheme_of
from xlperf.checks.grading.sections import Section, only_names, sections_of
from xlperf.checks.text_stage import profile_of_title
from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import general_profile
from xlperf.declarations.source import text_of
from xlperf.intake.reading.form_readings import FormReading, Indicator
from xlperf.notation import label_key

if TYPE_CHECKING:
    from xlperf import report_text
else:
    report_text = LazyModule("xlperf.report_text")

KIND = "考核"
"""The kind of form that a grading table is read as."""
TITLE, POINTS, SCORE, REASON = "level2", "weight", "score", "deviation"
_TOTAL = "合计/评分"
_EXACT = 0.005
_BY_TEXT = frozenset({"sections"})
_BY_PACKAGE = frozenset({"pieces", "sections", "blanks", "third_level", "weights"})


def grading_tables(reading: FileReading) -> list[FormReading]:
    """The grading tables in a file."""
    document = reading.received.document
    return [form for form in document.forms if form.kind == KIND] if document else []


def matched(form: FormReading, scheme: Scheme) -> Iterator[tuple[GradedItem, Indicator]]:
    """The items of ``scheme`` with their rows on a grading table that was read, by their titles."""
    titles = {label_key(item.title): item for item in scheme.items}
    for row in form.indicators:
        title = row.plain(TITLE)
        item = titles.get(label_key(title)) if isinstance(title, str) else None
        if item is not None:
            yield item, row


def check_filled(reading: FileReading, package: GradedPackage) -> Iterator[Finding]:
    """What is wrong with the grading tables in a file; ``package`` is all that the unit sent."""
    scheme = scheme_of(package.profile)
    is_whole, has_text = package.filing is not None, package.report is not None
    known = _BY_PACKAGE if is_whole else _BY_TEXT if has_text else frozenset[str]()
    assessed = {found.item.id: found for found in assess(package, scheme).items}
    sections = sections_of(package.report, package.profile, scheme.sections) if package.report else {}
    for form in grading_tables(reading):
        whole = Location(reading.path, form.page.name, unit_code=package.code, unit_name=package.name)
        rows = [*matched(form, scheme)]
        for item, row in rows:
            place = _place(whole, row)
            yield from _figures(item, row, place)
            yield from _only_money(item, row, place, sections)
            if not any(part.measure not in known for part in item.parts):
                yield from _against(assessed[item.id], row, place)
        yield from _total(form, rows, whole)


def _place(whole: Location, row: Indicator) -> Location:
    """The place of a row's score, else of its title, on the table ``whole``."""
    value = row.values.get(SCORE) or row.values[TITLE]
    return replace(whole, cell=value.cell.place if value.cell else "", label=str(row.plain(TITLE)))


def _number(row: Indicator, column: str) -> float | None:
    value = row.plain(column)
    return float(value) if isinstance(value, int | float) else None


def _figures(item: GradedItem, row: Indicator, place: Location) -> Iterator[Finding]:
    """What a row says by itself: its points, a score beyond them, a deduction without reason or step."""
    points, score = _number(row, POINTS), _number(row, SCORE)
    if points is not None and points != item.points:
        yield finding("G107", place, f"{points:g}", f"{item.points:g}")
    most = item.points if points is None else points
    if score is None:
        return
    shown = f"{score:g}"
    if not 0 <= score <= most:
        yield finding("G101", place, shown, most=f"{most:g}")
        return
    lost = most - score
    if lost and not row.plain(REASON):
        yield finding("G103", place, shown, lost=f"{lost:g}")
    each = item.parts[0].options.get("each") if len(item.parts) == 1 else None
    if each and score and lost % each:
        yield finding("G104", place, shown, lost=f"{lost:g}", each=f"{each:g}")
    bands = item.parts[0].bands if len(item.parts) == 1 else ()
    if bands and score and not any(band.first <= score <= band.last for band in bands):
        ranges = "、".join(dict.fromkeys(f"{band.first:g}—{band.last:g}" for band in bands))
        yield finding("G106", place, shown, bands=ranges)


def _only_money(
    item: GradedItem, row: Indicator, place: Location, sections: Mapping[str, Section]
) -> Iterator[Finding]:
    """Points for a section in which nothing is named but what the standard gives none for."""
    score = _number(row, SCORE)
    for part in item.parts if score else ():
        section, words = sections.get(part.options.get("section", "")), part.options.get("only", ())
        some, count = only_names(section, words) if section and words else (0, 0)
        if section and some and some == count:
            named = "”“".join(word for word in words if any(word in text for text in section.texts))
            values = {"section": section.title, "words": named}
            yield finding("G108", place, f"{score:g}", "0", **values)


def _against(assessed: AssessedItem, row: Indicator, place: Location) -> Iterator[Finding]:
    """A score that is not what the rule gives for what was received."""
    score, right = _number(row, SCORE), assessed.score
    if score is None or right is None or abs(score - right) < _EXACT:
        return
    reason = "；".join(assessed.reasons) or text_of("grading", "nothing_lost")
    yield finding("G105", place, f"{score:g}", f"{right:g}", reason=reason)


def _total(
    form: FormReading, rows: Sequence[tuple[GradedItem, Indicator]], place: Location
) -> Iterator[Finding]:
    total, scores = form.fields.get(_TOTAL), [_number(row, SCORE) for _, row in rows]
    known = [score for score in scores if score is not None]
    if total is None or not isinstance(total.value, int | float) or len(known) < len(form.indicators):
        return
    if abs(sum(known) - total.value) >= _EXACT:
        cell = total.cell.place if total.cell else ""
        label = text_of("grading", "total")
        at = replace(place, cell=cell, label=label)
        yield finding("G102", at, f"{total.value:g}", f"{sum(known):g}")


def check_alone(reading: FileReading, profile: Profile | None) -> Iterator[Finding]:
    """The same for a file that no other belongs to: only its own report is compared with the points."""
    received = reading.received
    title = report_text.titled(reading.report) if reading.report else ""
    named = received.profile or profile or profile_of_title(title) or general_profile()
    unit = (received.filing.unit_code, received.filing.unit_name) if received.filing else ("", "")
    report = reading.report if title else None
    package = GradedPackage(*unit, named, [reading.path], None, report)
    yield from check_filled(reading, package)
