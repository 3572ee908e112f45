"""The outline of a profile and a unit's figures → the numbered headings and paragraphs of its report.

What only a person can write is asked for in 【…】, which the check of reports names as left over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xlperf.checks.grading.score_sheet import ScoredItem, ScoredUnit
from xlperf.core.errors import DeclarationError
from xlperf.declarations.evaluation import columns
from xlperf.declarations.forms_and_rules import Form, Profile
from xlperf.declarations.records import Filing
from xlperf.declarations.source import Json, text_of, texts_of
from xlperf.expressions import Evaluator
from xlperf.finishing.reports.figures import (
    Entries,
    Figures,
    completed,
    dimension_words,
    is_about,
    row_words,
    unit_scores,
)
from xlperf.finishing.reports.sentence_writing import Words, condition, written
from xlperf.outputs.finding_texts import one_line
from xlperf.report_text.outline_checks import prompts
from xlperf.report_text.structure import in_chinese

SECTION, PART, TEXT, PROMPT, SIGNED, LISTED = "section", "part", "text", "prompt", "signed", "listed"
_AFTER_TEXT = frozenset({SECTION, PART, LISTED, SIGNED})
"""What may not come right below a heading, but for a part below its section."""
_OVERALL = "整体"


@dataclass(frozen=True, slots=True)
class WrittenParagraph:
    """A paragraph and what it is: section, part, text, prompt, signed or listed."""

    kind: str
    text: str


Own = Mapping[tuple[int, str], Sequence[str]]
"""A unit's own paragraphs by the place of their section, from 0, and their part, "" for none."""


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A report to be put into the template: the unit, the lines of its title, its paragraphs.

    ``forms`` are the aliases of the forms that are attached, ``kind`` is 整体 or 项目; ``asked`` are the
    places, section and part, in which a person writes.
    """

    kind: str
    unit: str
    year: int
    name: str
    cover: Sequence[str]
    paragraphs: Sequence[WrittenParagraph]
    filing: Filing
    forms: Sequence[str]
    asked: Sequence[tuple[int, str]] = ()


def kinds_of(profile: Profile) -> Sequence[str]:
    """The kinds of report that the place of ``profile`` asks for, each with an outline and a body."""
    return tuple(_bodies(profile))


def name_of(profile: Profile, kind: str) -> str:
    """What a report of ``kind`` is called at the place of ``profile``."""
    return str(_bodies(profile)[kind]["name"])


def write_report(
    filing: Filing, profile: Profile, kind: str, own: Own | None = None, entries: Entries | None = None
) -> WrittenReport:
    """The report of one ``kind`` for a unit, its own paragraphs where it has some.

    ``filing`` is as given; it is completed here. ``entries`` are those of its score sheet. Raises
    DeclarationError for a declared body that is wrong.
    """
    body = _bodies(profile)[kind]
    full = completed(filing, profile)
    figures = Figures(full, profile)
    unit = one_line(figures.field("单位名称") or filing.unit_name)
    words = {"年度": str(profile.year), "上年度": str(profile.year - 1), "单位": unit}
    forms = [alias for alias in body["attachments"] if filing.of(alias)]
    scores = unit_scores(full, profile, entries or {})
    writer = _Writer(profile, full, figures, words, dict(own or {}), scores)
    for place, (section, items) in enumerate(zip(_outline(profile, kind), body["sections"], strict=True)):
        writer.section(place, section["title"], items)
    writer.end(forms)
    cover = [written(line, figures, words) or line for line in body["cover"]]
    return WrittenReport(
        kind, unit, profile.year, body["name"], cover, writer.found, full, forms, writer.asked
    )


def parts_of(profile: Profile, kind: str) -> Sequence[Sequence[str]]:
    """The titles of the parts of each section; nothing for a kind that the place does not ask for."""
    sections = _bodies(profile).get(kind, {"sections": ()})["sections"]
    return [[item["part"] for item in _expanded(items) if "part" in item] for items in sections]


def _expanded(items: Sequence[Json]) -> Iterator[Json]:
    """The items of a section, shared ones written out."""
    for item in items:
        if "use" in item:
            yield from texts_of("report_bodies")["groups"][item["use"]]
        else:
            yield item


def _condition(text: str) -> Evaluator:
    """The function of a declared condition, or of the shared one that ``@名称`` names."""
    return condition(texts_of("report_bodies")["conditions"][text[1:]] if text.startswith("@") else text)


def prompt(what: str) -> str:
    """What asks a person to write ``what``."""
    return text_of("report_bodies", "prompt", what=what)


def attachment_lines(titles: Sequence[str]) -> Iterator[str]:
    """The list of attachments at the end of a report, numbered where there are several."""
    ending = texts_of("report_bodies")["end"]
    for number, title in enumerate(titles, 1):
        opening = ending["attachments"] if number == 1 else ending["further"]
        yield f"{opening}{number}.{title}" if len(titles) > 1 else f"{opening}{title}"


def _outline(profile: Profile, kind: str) -> Sequence[Json]:
    declared = texts_of("outlines")
    found: Json = next(declared[name] for name in profile.lineage if name in declared)
    sections: Sequence[Json] = found[kind]
    return sections


def _bodies(profile: Profile) -> Json:
    """The bodies of the nearest profile that has an outline of its own."""
    outlines, declared = texts_of("outlines"), texts_of("report_bodies")["bodies"]
    name = next(name for name in profile.lineage if name in outlines)
    return declared[name]  # type: ignore[no-any-return]


@dataclass(slots=True)
class _Writer:
    """Goes through a declared outline and collects the paragraphs."""

    profile: Profile
    filing: Filing
    figures: Figures
    words: Words
    own: dict[tuple[int, str], Sequence[str]]
    scores: ScoredUnit | None = None
    found: list[WrittenParagraph] = field(default_factory=list)
    asked: list[tuple[int, str]] = field(default_factory=list)
    place: int = 0
    title: str = ""
    part: str = ""
    parts: int = 0

    def section(self, place: int, title: str, items: Sequence[Json]) -> None:
        """One section with its heading, and what of the unit's own belongs to no declared part."""
        self._add(SECTION, f"{in_chinese(place + 1)}、{title}")
        self.place, self.title, self.part, self.parts = place, title, "", 0
        for item in _expanded(items):
            self._item(item, self.figures)
        for key in [key for key in self.own if key[0] == place]:
            self._take(self.own.pop(key))

    def end(self, forms: Sequence[str]) -> None:
        """The list of attachments, numbered where there are several, then the unit and the date."""
        ending = texts_of("report_bodies")["end"]
        dated = ending["dated"].format_map(self.words)
        for line in attachment_lines(
            [self.profile.forms[alias].title.removeprefix(dated) for alias in forms]
        ):
            self._add(LISTED, line)
        self._add(SIGNED, self.words["单位"])
        self._add(SIGNED, self.figures.field(ending["date"]) or prompt(ending["ask_date"]))

    def _item(self, item: Json, figures: Figures) -> None:
        if "when" in item and figures.judged(_condition(item["when"])) is not True:
            return
        if "unless" in item and figures.judged(_condition(item["unless"])) is True:
            return
        if "yields" in item and any(place == self.place for place, _ in self.own):
            return
        if "part" in item:
            self._left(self.part)
            self.parts += 1
            self._add(PART, f"（{in_chinese(self.parts)}）{self._heading(item)}")
            self.part = item["part"]
        elif "scores" in item:
            self._scores(item)
        elif "each" in item:
            self._each(item)
        elif "quote" in item:
            self._quote(item, figures)
        elif "say" in item:
            self._say(item, figures)
        elif "ask" in item:
            self._ask(item["ask"], takes_over=item.get("own", True))
        else:
            raise DeclarationError(
                "report_bodies.json", text_of("report_bodies", "errors", "item", item=item)
            )

    def _say(self, item: Json, figures: Figures, number: str = "") -> bool:
        sentences = [item["say"]] if isinstance(item["say"], str) else item["say"]
        text = "".join(filter(None, (self._written(sentence, figures) for sentence in sentences)))
        if text:
            self._add(TEXT, f"{number}{text}")
        elif "else" in item:
            self._ask(item["else"])
        return bool(text)

    def _written(self, sentence: str, figures: Figures) -> str | None:
        """A declared sentence, or the shared one that ``@名称`` names."""
        shared = (
            texts_of("report_bodies")["sentences"][sentence[1:]] if sentence.startswith("@") else sentence
        )
        return written(shared, figures, self.words)

    def _quote(self, item: Json, figures: Figures) -> None:
        """The lines of a text that the unit filled in, or what is to be written in its place."""
        value = figures.judged(condition(item["quote"]))
        lines = [line for line in map(one_line, str(value or "").splitlines()) if line]
        for line in lines:
            self._add(TEXT, line)
        if not lines and "else" in item:
            self._ask(item["else"])

    def _each(self, item: Json) -> None:
        number = 0
        for figures in self._rows(item["each"]):
            if "where" in item and figures.judged(_condition(item["where"])) is not True:
                continue
            said = self._say(item, figures, f"{number + 1}.")
            number += said
        if not number and "else" in item:
            self._say({"say": item["else"]}, self.figures)

    def _heading(self, item: Json) -> str:
        """The title of a part, with the points of the dimension that it is about."""
        rows = self._scored(item.get("dimension", ""))
        heading = f"{item['part']}{texts_of('report_bodies')['scores']['heading']}" if rows else item["part"]
        return written(heading, self.figures, dimension_words(rows)) or str(item["part"])

    def _scored(self, dimension: str) -> Sequence[ScoredItem]:
        """The rows of a dimension of the score sheet."""
        rows = self.scores.items if self.scores else ()
        return [row for row in rows if row.item.dimension == dimension]

    def _scores(self, item: Json) -> None:
        """A sentence for each row of a dimension with its points, or what asks for them; then the sum."""
        rows, texts = self._scored(item["scores"]), texts_of("report_bodies")["scores"]
        self.asked.append((self.place, self.part))
        own = [*self.own.pop((self.place, ""), ()), *self.own.pop((self.place, self.part), ())]
        of_rows = {row.item.id: [text for text in own if is_about(row, text)] for row in rows}
        self._take([text for text in own if not any(text in lines for lines in of_rows.values())])
        for number, row in enumerate(rows, 1):
            assert self.scores is not None
            words = {**self.words, **row_words(self.scores, row)}
            sentence = item.get("say", {}).get(row.item.id, texts["rate"])
            about = written(sentence, self.figures, words) or ""
            label = texts["row"].format(number=number, name=row.item.id) if len(rows) > 1 else ""
            points = written(texts["points"], self.figures, words)
            if points:
                self._add(TEXT, f"{label}{about}{points}")
            elif about:
                self._add(TEXT, f"{label}{about}")
            self._take(of_rows[row.item.id])
            if not points and not of_rows[row.item.id]:
                self._ask(texts["ask"].format(name=row.item.id, points=f"{row.item.points:g}"))
        if len(rows) > 1 and (points := written(texts["points"], self.figures, dimension_words(rows))):
            self._add(TEXT, points)

    def _rows(self, name: str) -> Iterator[Figures]:
        """The figures of each sheet of a repeated form, or of each row of a table of the overall form."""
        form = self.profile.forms.get(name)
        if form is not None:
            for record in self.filing.of(name):
                yield self.figures.of_row({**record.fields, **columns(record, form)}, form.fields)
            return
        overall: Form = self.profile.forms[_OVERALL]
        for record in self.filing.of(_OVERALL):
            for row in record.tables.get(name, ()):
                yield self.figures.of_row(row, overall.tables[name].columns)

    def _ask(self, what: str, *, takes_over: bool = False) -> None:
        """The unit's own paragraphs for this place, else a prompt."""
        own: Sequence[str] = ()
        if takes_over:
            self.asked.append((self.place, self.part))
            own = [*self.own.pop((self.place, ""), ()), *self.own.pop((self.place, self.part), ())]
        self._take(own)
        if not own:
            self._add(PROMPT, prompt(written(what, self.figures, self.words) or what))

    def _left(self, part: str) -> None:
        """What is the unit's own in a part and was not asked for; without a part it waits."""
        if part:
            self._take(self.own.pop((self.place, part), ()))

    def _take(self, own: Sequence[str]) -> None:
        for text in own:
            self._add(PROMPT if prompts().search(text) else TEXT, text)

    def _add(self, kind: str, text: Any) -> None:
        above = self.found[-1].kind if self.found else ""
        if kind in _AFTER_TEXT and (above == PART or (above == SECTION and kind != PART)):
            self.found.append(WrittenParagraph(PROMPT, prompt(self.part or self.title)))
        self.found.append(WrittenParagraph(kind, text))
