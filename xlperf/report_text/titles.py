"""Cover, title and labelled lines → the unit's name and the year, each as often as it is printed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlperf.notation import parse_date
from xlperf.notation.text import name_key
from xlperf.report_text.grammar import grammar
from xlperf.report_text.lexer import YEAR, lone_year, squeezed, tokens
from xlperf.report_text.outline_checks import Remark
from xlperf.report_text.report_reading import ReportParagraph, ReportText
from xlperf.report_text.structure import ReportPart, is_title

_UNIT, _YEAR = "R141", "R142"
_SHORTEST = 4
_BRACKETS = "（）()"


@dataclass(frozen=True, slots=True)
class Title:
    """A title: its paragraph, the unit it names ("" for none) and the year (0 for none)."""

    paragraph: ReportParagraph
    unit: str
    year: int


def titles(part: ReportPart) -> list[Title]:
    """The titles and labelled unit names before a report's first heading."""
    found: list[Title] = []
    for place, paragraph in enumerate(part.front):
        text = squeezed(paragraph.text)
        if is_title(text):
            unit, year = _read(text)
            above = _above(part.front[:place])
            found.append(Title(paragraph, unit or above[0], year or above[1]))
        elif year := lone_year(text.strip(_BRACKETS)):
            found.append(Title(paragraph, "", year))
        elif label := next(
            (known for known in grammar().raw["titles"]["labels"] if text.startswith(known)), ""
        ):
            unit = text[len(label) :].lstrip("".join(grammar().raw["marks"]["leads"]))
            if unit:
                found.append(Title(paragraph, unit, 0))
    return found


def titled(report: ReportText) -> str:
    """The report's title with the lines before it; "" for a document that has none and is no report."""
    lines = [squeezed(paragraph.text) for paragraph in report.paragraphs]
    last = next((place for place, line in enumerate(lines) if is_title(line)), None)
    return "" if last is None else "".join(lines[: last + 1])


def year_of(parts: Sequence[ReportPart]) -> int:
    """The year that the first title with one names; 0 where none does."""
    return next((title.year for part in parts for title in titles(part) if title.year), 0)


def unit_of(parts: Sequence[ReportPart]) -> str:
    """The unit that the last title of the first report names: covers are templates, titles are written."""
    return next((title.unit for part in parts for title in reversed(titles(part)) if title.unit), "")


def title_remarks(parts: Sequence[ReportPart], unit: str, year: int) -> Iterator[Remark]:
    """Names and years that differ: from each other, ``unit`` of the tables, ``year`` of the profile."""
    named = [title for part in parts for title in titles(part) if title.unit]
    right = unit or unit_of(parts)
    for title in named:
        if not _alike(title.unit, right):
            yield Remark(_UNIT, title.paragraph, title.unit, title.unit, right)
    dated = [title for part in parts for title in titles(part) if title.year]
    for title in dated:
        right_year = year or dated[0].year
        if title.year != right_year:
            yield Remark(
                _YEAR, title.paragraph, squeezed(title.paragraph.text), str(title.year), str(right_year)
            )


def caption_remarks(report: ReportText, year: int) -> Iterator[Remark]:
    """Titles of tables that begin with another year than the report's."""
    for paragraph in report.paragraphs:
        text = squeezed(paragraph.text)
        if text.endswith(tuple(grammar().raw["titles"]["tables"])):
            first = tokens(text)[0]
            if first.kind == YEAR and year and first.year != year:
                yield Remark(_YEAR, paragraph, text, str(first.year), str(year))


def _read(text: str) -> tuple[str, int]:
    """The unit and the year of a title: the words between the year and the name of the report."""
    declared = grammar().raw["titles"]
    name, year = _dated(text)
    name = name.removesuffix(next(ending for ending in declared["report"] if name.endswith(ending)))
    while name.endswith(tuple(declared["before_report"])):
        name = name.removesuffix(
            next(ending for ending in declared["before_report"] if name.endswith(ending))
        )
    return (name if len(name) >= _SHORTEST else ""), year


def _dated(text: str) -> tuple[str, int]:
    """The words behind the first year, and the year; all of ``text`` and 0 without one."""
    dated = next((token for token in tokens(text) if token.kind == YEAR), None)
    return (text[dated.end :], dated.year) if dated else (text, 0)


def _above(lines: Sequence[ReportParagraph]) -> tuple[str, int]:
    """Unit and year of the line above a title that names none itself."""
    if not lines:
        return "", 0
    text = squeezed(lines[-1].text)
    declared = grammar().raw["titles"]
    labels = tuple(declared["attachments"] + declared["labels"])
    named = text[-1].isalpha() and not text.startswith(labels) and not is_title(text)
    if len(text) > declared["longest"] or not named or parse_date(text):
        return "", 0
    name, year = _dated(text)
    return (name if len(name) >= _SHORTEST else ""), year


def _alike(name: str, other: str) -> bool:
    """Whether one name is the other, or the other without the place before it."""
    short, long = sorted((name_key(name), name_key(other)), key=len)
    return long.endswith(short) or long.startswith(short)
