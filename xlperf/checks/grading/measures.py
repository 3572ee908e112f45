"""A package and a part of the scheme → what is measured of it, each deduction with its reason and place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from xlperf.checks.grading.package import GradedPackage, names_of
from xlperf.checks.grading.scheme import GradedPart, Scheme, written_day
from xlperf.checks.grading.sections import Section, only_names
from xlperf.core.workdays import workdays_after
from xlperf.declarations.findings import Finding
from xlperf.declarations.records import Record, Row
from xlperf.declarations.source import text_of
from xlperf.notation.text import label_key

_REPORT = "报告"
_EXECUTION = "执行分值"
_MOST_PLACES = 10
_THIRD, _SECOND, _FIRST, _WEIGHT, _INDICATORS = "三级指标", "二级指标", "一级指标", "分值", "指标"


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one part.

    ``number`` is what the formula speaks of, None where it is not known. ``reasons`` are for each deduction,
    ``evidence`` is what a person should know besides.
    """

    number: float | None
    reasons: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grounds:
    """What all measures are taken of: the package, its scheme, the sections of its report."""

    package: GradedPackage
    scheme: Scheme
    sections: Mapping[str, Section]


def measured(part: GradedPart, grounds: Grounds) -> Measured:
    """What ``part`` measures of the package."""
    return _MEASURES[part.measure](part, grounds)


_said = partial(text_of, "grading")


def _late(part: GradedPart, grounds: Grounds) -> Measured:
    name = part.options["date"]
    known, deadline = grounds.package.days.get(name), grounds.scheme.deadlines.get(name)
    if known is None:
        return Measured(None, evidence=(_said("late", "no_day", date=name),))
    if deadline is None:
        return Measured(None, evidence=(_said("late", "no_deadline", date=name),))
    values = {
        "date": name,
        "deadline": written_day(deadline),
        "day": written_day(known.day),
        "source": known.source,
    }
    notes = (known.note,) if known.note else ()
    try:
        count = workdays_after(deadline, known.day)
    except LookupError as year:
        return Measured(None, evidence=(_said("late", "no_calendar", year=year, **values), *notes))
    if not count:
        key = "in_time" if known.day <= deadline else "no_workday"
        return Measured(0.0, evidence=(_said("late", key, **values), *notes))
    lost = _said("lost", lost=part.points - (part.score(count) or 0.0))
    return Measured(float(count), (_said("late", "late", count=count, **values) + lost,), notes)


def _pieces(part: GradedPart, grounds: Grounds) -> Measured:
    """How many of the papers asked for are missing; unknown where one may be in an unreadable file."""
    package = grounds.package
    reasons, evidence = [], []
    names = {piece: _piece_name(piece, grounds) for piece in part.options["pieces"]}
    missing = [piece for piece in names if not _is_there(piece, package)]
    for piece, fields in part.options.get("not_if_0", {}).items():
        if piece in missing and _are_all_0(fields, package):
            missing.remove(piece)
            evidence.append(_said("pieces", "not_asked", piece=names[piece]))
    for piece in missing:
        if package.unread:
            values = {"count": len(package.unread), "files": names_of(package.unread)}
            evidence.append(_said("pieces", "unread", piece=names[piece], **values))
        else:
            lost = _said("lost", lost=part.options["each"])
            reasons.append(_said("pieces", "missing", piece=names[piece]) + lost)
    if not missing and not evidence:
        said = "、".join(names.values())
        evidence.append(_said("pieces", "all", count=len(package.paths), pieces=said))
    number = None if missing and package.unread else float(len(missing))
    return Measured(number, tuple(reasons), tuple(evidence))


def _piece_name(piece: str, grounds: Grounds) -> str:
    form = grounds.package.profile.forms.get(piece)
    return form.id if form else _said("pieces", piece)


def _is_there(piece: str, package: GradedPackage) -> bool:
    return package.report is not None if piece == _REPORT else package.has(piece)


def _are_all_0(fields: Sequence[str], package: GradedPackage) -> bool:
    """Whether the forms give some of ``fields``, and 0 for each that they give."""
    records = package.filing.records if package.filing else ()
    said = [record.fields.get(name) for record in records for name in fields]
    figures = [value for value in said if isinstance(value, float)]
    return bool(figures) and not any(figures)


def _sections(part: GradedPart, grounds: Grounds) -> Measured:
    if grounds.package.report is None:
        asked = part.options["sections"]
        if grounds.package.unread:
            said = _said("pieces", "unread", piece=_said("pieces", _REPORT), **_unread(grounds))
            return Measured(None, evidence=(said,))
        lost = _said("lost", lost=part.points)
        return Measured(float(len(asked)), (_said("sections", "no_report") + lost,))
    reasons, evidence = [], []
    for name in part.options["sections"]:
        section = grounds.sections.get(name)
        lost = _said("lost", lost=part.options["each"])
        if section is None:
            reasons.append(_said("sections", "missing", section=name) + lost)
        elif not section.says_something:
            key = "unwritten" if section.prompts else "empty"
            reasons.append(_said("sections", key, title=section.title) + lost)
        elif section.title:
            values = {"title": section.title, "letters": section.letters}
            evidence.append(_said("sections", "found", section=name, **values))
        else:
            evidence.append(_said("sections", "in_text", section=name, paragraph=section.paragraph))
    return Measured(float(len(reasons)), tuple(reasons), tuple(evidence))


def _unread(grounds: Grounds) -> Mapping[str, object]:
    unread = grounds.package.unread
    return {"count": len(unread), "files": names_of(unread)}


def _blanks(part: GradedPart, grounds: Grounds) -> Measured:
    package = grounds.package
    if package.filing is None:
        return Measured(None, evidence=(_said("blanks", "no_forms"),))
    codes = frozenset(part.options["codes"])
    blank = [found for found in package.findings if found.code in codes]
    if not blank:
        present = dict.fromkeys(package.profile.forms[record.form].id for record in package.filing.records)
        return Measured(0.0, evidence=(_said("blanks", "none", forms="、".join(present)),))
    places = tuple(map(_place, blank[:_MOST_PLACES]))
    more = len(blank) - len(places)
    rest = (_said("blanks", "more", count=more),) if more else ()
    return Measured(float(len(blank)), (_said("blanks", "some", count=len(blank)),), (*places, *rest))


def _place(found: Finding) -> str:
    place = found.location
    key = "place" if place.cell else "sheet"
    return _said("blanks", key, sheet=place.sheet, cell=place.cell, label=f"“{place.label}”")


def _third_level(part: GradedPart, grounds: Grounds) -> Measured:
    rows = [*_rows(grounds)]
    if not rows:
        return Measured(None, evidence=(_said("third_level", "no_rows"),))
    rough = [(record, number, row) for record, number, row in rows if not _is_refined(row)]
    if not rough:
        return Measured(1.0, evidence=(_said("third_level", "all", count=len(rows)),))
    said = _said("third_level", "some", count=len(rows), missing=len(rough))
    places = tuple(
        _said("third_level", "row", sheet=record.sheet, row=number, level=row.get(_SECOND) or row.get(_FIRST))
        for record, number, row in rough[:_MOST_PLACES]
    )
    return Measured(1 - len(rough) / len(rows), (said,), places)


def _rows(grounds: Grounds) -> Iterator[tuple[Record, int, Row]]:
    """The indicator rows of all forms that say anything, numbered on their form."""
    records = grounds.package.filing.records if grounds.package.filing else ()
    for record in records:
        for number, row in enumerate(record.tables.get(_INDICATORS, ()), start=1):
            if any(row.get(name) not in (None, "") for name in (_FIRST, _SECOND, _THIRD, _WEIGHT)):
                yield record, number, row


def _is_refined(row: Row) -> bool:
    """Whether a row names a third level that is not just the second again."""
    third, second = row.get(_THIRD), row.get(_SECOND)
    if not isinstance(third, str) or not label_key(third):
        return False
    return not isinstance(second, str) or label_key(third) != label_key(second)


def _weights(part: GradedPart, grounds: Grounds) -> Measured:
    """The share of the points for output and effect, of the form that has the least."""
    sums: dict[int, list[float]] = {}
    sheets: dict[int, str] = {}
    for record, _, row in _rows(grounds):
        points, level = row.get(_WEIGHT), row.get(_FIRST)
        if isinstance(points, float):
            counted = isinstance(level, str) and any(word in level for word in part.options["levels"])
            total = sums.setdefault(id(record), [0.0, 0.0, _execution(record, grounds)])
            total[0] += points * counted
            total[1] += points
            sheets[id(record)] = record.sheet
    if not sums:
        return Measured(None, evidence=(_said("weights", "no_rows"),))
    shares = {
        key: counted / (total + execution) for key, (counted, total, execution) in sums.items() if total
    }
    least = part.options["standard"]
    texts = {
        key: _said(
            "weights",
            "enough" if share >= least else "short",
            sheet=sheets[key],
            points=sums[key][0],
            share=share,
            least=least,
        )
        for key, share in shares.items()
    }
    short = tuple(texts[key] for key, share in shares.items() if share < least)
    fine = tuple(texts[key] for key, share in shares.items() if share >= least)
    return Measured(min(shares.values(), default=None), short, fine)


def _execution(record: Record, grounds: Grounds) -> float:
    """The points for budget execution, which no row has: those of the form, else the profile's."""
    points = record.fields.get(_EXECUTION)
    declared = grounds.package.profile.parameters.get(_EXECUTION)
    return next((float(each) for each in (points, declared) if isinstance(each, float | int)), 0.0)


def _judged(part: GradedPart, grounds: Grounds) -> Measured:
    bands = "；".join(
        _said("judged", "band", range=_range(band.first, band.last), text=band.text) for band in part.bands
    )
    lines = [_said("judged", "person", bands=bands)]
    name = part.options["section"]
    section = grounds.sections.get(name)
    if section is None:
        return Measured(None, evidence=(*lines, _said("judged", "no_section", section=name)))
    values = {"paragraphs": len(section.texts), "letters": section.letters, "points": section.points}
    lines.append(_said("judged", "length", title=section.title or name, **values))
    if section.prompts:
        lines.append(_said("judged", "prompts", count=section.prompts))
    if problems := grounds.sections.get(part.options.get("against", "")):
        lines.append(_said("judged", "against", problems=problems.points, points=section.points))
    else:
        lines.append(_topics(section, grounds.scheme))
    lines.append(_only(section, part.options["only"]))
    return Measured(None, evidence=tuple(lines))


def _range(first: float, last: float) -> str:
    return f"{first:g}" if first == last else f"{first:g}—{last:g}"


def _topics(section: Section, scheme: Scheme) -> str:
    text = "".join(section.texts)
    named = [name for name, words in scheme.topics.items() if any(word in text for word in words)]
    unnamed = [name for name in scheme.topics if name not in named]
    nothing = _said("judged", "nothing")
    shown = {"named": "、".join(named) or nothing, "unnamed": "、".join(unnamed) or nothing}
    return _said("judged", "topics", **shown)


def _only(section: Section, words: Sequence[str]) -> str:
    some, count = only_names(section, words)
    text = "".join(section.texts)
    named = "”“".join(word for word in words if word in text)
    if not some:
        return _said("judged", "none", words=words[0])
    return _said("judged", "only" if some == count else "some", words=named, some=some, count=count)


_MEASURES: Mapping[str, Callable[[GradedPart, Grounds], Measured]] = {
    "late": _late,
    "pieces": _pieces,
    "sections": _sections,
    "blanks": _blanks,
    "third_level": _third_level,
    "weights": _weights,
    "judged": _judged,
}
