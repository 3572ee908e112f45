"""The roll-up of a district → the bureau's report of the season in Word: sentences, lists of units."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from xlperf.core.errors import InputError, OutputError
from xlperf.core.files import atomic_write, ensure_writable_dir, exists, safe_name
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import Json, text_of, texts_of
from xlperf.declarations.value_display import printed
from xlperf.expressions import Value
from xlperf.finishing.reports.figures import FigureSource, shown
from xlperf.finishing.reports.report_document import filled_template, table_width
from xlperf.finishing.reports.report_paragraphs import (
    LISTED,
    PROMPT,
    SECTION,
    SIGNED,
    TEXT,
    WrittenParagraph,
    attachment_lines,
    prompt,
)
from xlperf.finishing.reports.sentence_writing import written
from xlperf.finishing.reports.word_tables import ListTable, list_xml
from xlperf.finishing.rollup.layout import load_rollup
from xlperf.finishing.rollup.rollup_figures import Line, RollUp, Total, change_rate
from xlperf.outputs.finding_texts import one_line
from xlperf.report_text.structure import in_chinese


def summary_document(rolled: RollUp, template: Path | None = None) -> bytes:
    """The report as a .docx file; raises InputError for a ``template`` that cannot be filled in."""
    declared = texts_of("report_bodies")["summary"]
    tables = [*_tables(rolled)]
    paragraphs = [*summary_paragraphs(rolled), *_end([table.title for table in tables])]
    number = texts_of("report_bodies")["attached"]
    attached = "".join(
        list_xml(
            number.format(number=at) if len(tables) > 1 else number.format(number=""), table, table_width()
        )
        for at, table in enumerate(tables, 1)
    )
    return filled_template(rolled.year, rolled.place, declared["name"], [], paragraphs, attached, template)


def _end(titles: Sequence[str]) -> Iterator[WrittenParagraph]:
    """The list of attachments, and what asks who signs and when."""
    for line in attachment_lines(titles):
        yield WrittenParagraph(LISTED, line)
    yield WrittenParagraph(SIGNED, prompt(text_of("report_bodies", "summary", "ask_signature")))
    yield WrittenParagraph(SIGNED, prompt(text_of("report_bodies", "end", "ask_date")))


def summary_name(rolled: RollUp) -> str:
    """What the file is called."""
    return safe_name(text_of("report_bodies", "summary", "file", place=rolled.place, year=rolled.year))


def summary_paragraphs(rolled: RollUp) -> Iterator[WrittenParagraph]:
    """The sections: sentences whose figures are there, and what a person has to write."""
    sections: Sequence[Json] = texts_of("report_bodies")["summary"]["sections"]
    names = RollUpNames(rolled)
    words = {"年度": str(rolled.year), "上年度": str(rolled.year - 1)}
    for number, section in enumerate(sections, 1):
        yield WrittenParagraph(SECTION, f"{in_chinese(number)}、{section['title']}")
        for item in section["items"]:
            if "ask" in item:
                yield WrittenParagraph(PROMPT, prompt(item["ask"]))
                continue
            is_said = "unless" in item and names.field(item["unless"]) is not None
            if not is_said and (text := written(item["say"], names, words)):
                yield WrittenParagraph(TEXT, text)


def write_summary(rolled: RollUp, folder: Path, template: Path | None = None, *, force: bool = False) -> Path:
    """Write the report into ``folder``; where it is.

    Raises OutputError for a file that exists already, without ``force``, and for a folder that cannot be
    written, InputError for a ``template`` that cannot be filled in and for a roll-up without units.
    """
    if not rolled.units:
        raise InputError(text_of("report_bodies", "no_units"))
    target = folder / summary_name(rolled)
    document = summary_document(rolled, template)
    ensure_writable_dir(folder)
    if exists(target) and not force:
        raise OutputError(text_of("report_bodies", "exists", path=target))
    atomic_write(target, document)
    return target


class RollUpNames(FigureSource):
    """What the sentences of the report can name: sums, means, classes, lists of units, counts of problems."""

    def __init__(self, rolled: RollUp) -> None:
        self._rolled = rolled
        self._texts = texts_of("report_bodies")["summary"]
        self._known: Mapping[str, str | None] = {
            "应报": str(rolled.expected) if rolled.expected else None,
            "单位": str(len(rolled.units)),
            "项目": str(len(rolled.projects)),
            "错误": str(self._problems(Severity.ERROR)),
            "警告": str(self._problems(Severity.WARNING)),
            "有问题的": self._counted([line for line in rolled.units if self._grave(line)]),
            "最多的问题": self._kinds(),
        }

    def field(self, name: str) -> str | None:
        """The text of a name; None where there is nothing to say, and for 0 units."""
        if name in self._known:
            return self._known[name]
        kind, _, rest = name.partition("_")
        made: Mapping[str, Callable[[], str | None]] = {
            "合计": lambda: self._total(rest, self._rolled.total(rest)),
            "平均": lambda: self._total(rest, self._rolled.mean(rest)),
            "不全": lambda: self._incomplete(rest.split("、")),
            "分布": lambda: self._classes(rest),
            "增减": lambda: self._change(self._rolled.total(rest).value),
            "变动": lambda: self._change(
                change_rate(*self._rolled.change(rest)) if self._rolled.last else None
            ),
            "家数": lambda: self._counted(self._members(rest)),
            "名单": lambda: self._listed(self._members(rest)),
        }
        return made[kind]()

    def _total(self, column: str, total: Total) -> str | None:
        unit = load_rollup().units.fields[column].type.unit
        return shown(total.value, unit) if total.units and isinstance(total.value, float) else None

    def _incomplete(self, columns: Sequence[str]) -> str:
        """How many units lack a figure of some columns, or have one in doubt; "" for none."""
        lines = self._rolled.units
        count = sum(any(line.number(column) is None for column in columns) for line in lines)
        return str(self._texts["incomplete"].format(count=count)) if count else ""

    def _change(self, rate: Value) -> str | None:
        if not isinstance(rate, float):
            return None
        kind = "up" if rate > 0 else "down" if rate < 0 else "same"
        return str(self._texts[kind].format(rate=shown(abs(rate), "%")))

    def _classes(self, name: str) -> str | None:
        found = self._rolled.distribution(name)
        parts = [
            self._texts["class"].format(label=label, count=len(lines))
            for label, lines in found.items()
            if lines
        ]
        return self._texts["between"].join(parts) or None

    def _members(self, name: str) -> Sequence[str]:
        if name in load_rollup().limits:
            return [line.name for line in self._rolled.over(name)]
        return [left.name for left in self._rolled.left_out if left.kind == name]

    def _counted(self, members: Sequence[object]) -> str | None:
        return self._texts["units"].format(count=len(members)) if members else None

    def _listed(self, names: Sequence[str]) -> str | None:
        few = [one_line(name) for name in names[: self._texts["most_names"]]]
        more = self._texts["more"].format(count=len(names)) if len(names) > len(few) else ""
        return f"{self._texts['between'].join(few)}{more}" or None

    def _grave(self, line: Line) -> int:
        return sum(line.of(kind, self._rolled.kinds) for kind in (Severity.ERROR, Severity.WARNING))

    def _problems(self, severity: Severity) -> int:
        return sum(line.of(severity, self._rolled.kinds) for line in self._rolled.units)

    def _kinds(self) -> str | None:
        grave = [
            self._texts["kind"].format(
                name=self._rolled.kinds[code].name, count=sum(count for _, count in found), units=len(found)
            )
            for code, found in self._rolled.by_kind().items()
            if self._rolled.kinds[code].severity is not Severity.NOTE
        ]
        return self._texts["between_kinds"].join(grave[: self._texts["most_kinds"]]) or None


def _tables(rolled: RollUp) -> Iterator[ListTable]:
    """The list of all units, and of those that are in no figure."""
    declared = texts_of("report_bodies")["summary"]["tables"]
    units, left_out = declared["units"], declared["left_out"]
    fields = load_rollup().units.fields
    headings = [units["number"], units["name"], *(fields[column].label for column in units["columns"])]
    rows = [
        [str(at), one_line(line.name), *(_shown(line, column) for column in units["columns"])]
        for at, line in enumerate(rolled.units, 1)
    ]
    yield ListTable(units["title"], [headings, *rows], units["shares"], units["texts"], units["unit"])
    if rolled.left_out:
        kinds = texts_of("rollup")["left_out"]
        listed = [
            [str(at), one_line(left.name), kinds[left.kind], one_line(left.why)]
            for at, left in enumerate(rolled.left_out, 1)
        ]
        rows = [left_out["headings"], *listed]
        yield ListTable(left_out["title"], rows, left_out["shares"], left_out["texts"])


def _shown(line: Line, column: str) -> str:
    kind = load_rollup().units.fields[column].type
    doubt = line.doubts.get(column)
    if doubt is not None:
        return text_of("rollup", "workbook", "doubtful", shown=doubt.shown)
    value = line.values.get(column)
    return one_line(printed(value, kind)) if value is not None else ""
