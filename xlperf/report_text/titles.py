"""Cover, title and labelled lines → the unit's name and the year, each as often as it stands there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlperf.notation import parse_date
from xlperf.notation.names import name_key
from xlperf.report_text.grammar import grammar
from xlperf.report_text.lexer import YEAR, squeezed, tokens
from xlperf.report_text.outline_checks import Remark
from xlperf.report_text.report_reading import Paragraph, Report
from xlperf.report_text.structure import Part, is_title

_UNIT, _YEAR = "R141", "R142"
_SHORTEST = 4
_BRACKETS = "（）()"


@dataclass(frozen=True, slots=True)
class Title:
    """A title: its paragraph, the unit it names ("" for none) and the year (0 for none)."""

    paragraph: Paragraph
    unit: str
    year: int


def titles(part: Part) -> list[Title]:
    """The titles and labelled unit names before a report's first heading."""
    found: list[Title] = []
    for place, paragraph in enumerate(part.front):
        text = squeezed(paragraph.text)
        if is_title(text):
            unit, year = _read(text)
            above = _above(part.front[:place])
            found.append(Title(paragraph, unit or above[0], year or above[1]))
        elif len(dated := tokens(text.strip(_BRACKETS))) == 1 and dated[0].kind == YEAR:
            found.append(Title(paragraph, "", dated[0].year))
        elif label := next((one for one in grammar().raw["titles"]["labels"] if text.startswith(one)), ""):
            unit = text[len(label) :].lstrip("".join(grammar().raw["marks"]["leads"]))
            if unit:
                found.append(Title(paragraph, unit, 0))
    return found


def titled(report: Report) -> str:
    """The report's title with the lines before it; "" for a document that has none and is no report."""
    lines = [squeezed(one.text) for one in report.paragraphs]
    last = next((place for place, line in enumerate(lines) if is_title(line)), None)
    return "" if last is None else "".join(lines[: last + 1])


def year_of(parts: Sequence[Part]) -> int:
    """The year that the first title with one names; 0 where none does."""
    return next((one.year for part in parts for one in titles(part) if one.year), 0)


def unit_of(parts: Sequence[Part]) -> str:
    """The unit that the last title of the first report names: covers are templates, titles are written."""
    return next((one.unit for part in parts for one in reversed(titles(part)) if one.unit), "")


def title_remarks(parts: Sequence[Part], unit: str, year: int) -> Iterator[Remark]:
    """Names and years that differ: from each other, ``unit`` of the tables, ``year`` of the profile."""
    named = [one for part in parts for one in titles(part) if one.unit]
    right = unit or unit_of(parts)
    for one in named:
        if not _alike(one.unit, right):
            yield Remark(_UNIT, one.paragraph, one.unit, one.unit, right)
    dated = [one for part in parts for one in titles(part) if one.year]
    for one in dated:
        wanted = year or dated[0].year
        if one.year != wanted:
            yield Remark(_YEAR, one.paragraph, squeezed(one.paragraph.text), str(one.year), str(wanted))


def caption_remarks(report: Report, year: int) -> Iterator[Remark]:
    """Titles of tables that begin with another year than the report's."""
    for paragraph in report.paragraphs:
        text = squeezed(paragraph.text)
        if text.endswith(tuple(grammar().raw["titles"]["tables"])):
            first = tokens(text)[0]
            if first.kind == YEAR and year and first.year != year:
                yield Remark(_YEAR, paragraph, text, str(first.year), str(year))


def _read(text: str) -> tuple[str, int]:
    """The unit and the year of a title: what stands between the year and the name of the report."""
    declared = grammar().raw["titles"]
    dated = next((one for one in tokens(text) if one.kind == YEAR), None)
    name = text[dated.end :] if dated else text
    name = name.removesuffix(next(one for one in declared["report"] if name.endswith(one)))
    while name.endswith(tuple(declared["before_report"])):
        name = name.removesuffix(next(one for one in declared["before_report"] if name.endswith(one)))
    return (name if len(name) >= _SHORTEST else ""), dated.year if dated else 0


def _above(lines: Sequence[Paragraph]) -> tuple[str, int]:
    """Unit and year of the line above a title that names none itself."""
    if not lines:
        return "", 0
    text = squeezed(lines[-1].text)
    declared = grammar().raw["titles"]
    labels = tuple(declared["attachments"] + declared["labels"])
    named = text[-1].isalpha() and not text.startswith(labels) and not is_title(text)
    if len(text) > declared["longest"] or not named or parse_date(text):
        return "", 0
    dated = next((one for one in tokens(text) if one.kind == YEAR), None)
    name = text[dated.end :] if dated else text
    return (name if len(name) >= _SHORTEST else ""), dated.year if dated else 0


def _alike(name: str, other: str) -> bool:
    """Whether one name is the other, or the other without the place before it."""
    short, long = sorted((name_key(name), name_key(other)), key=len)
    return long.endswith(short) or long.startswith(short)
