"""The lines of all units → 考核评分汇总.xlsx: ranks, distribution, deductions, what is still to be judged."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl.chart import BarChart, Reference
from openpyxl.utils import get_column_letter

from xlperf.checks.file_reading import read_file
from xlperf.declarations.source import Texts, texts_of
from xlperf.finishing.grading.summary_lines import NOISE, GradedLine, ItemLine, Summary
from xlperf.finishing.grading.unit_workbook import marked_book
from xlperf.ooxml.limits import Limits
from xlperf.outputs.problem_cells import (
    CAPTION,
    CENTRE,
    FIGURE,
    HEADING,
    LINK,
    PLAIN,
    TEXT,
    TITLE,
    TOTAL,
    TOTAL_FIGURE,
    fit_height,
    lay_out,
)
from xlperf.outputs.sheet_writing import BookWriter, SheetWriter

_TOP = 3
"""The row of the headings of the list; units begin below."""
_MARK = "summary"
_SHARE = "0.0%"
_WHOLE = 100


def is_summary(path: Path, limits: Limits) -> bool:
    """Whether the file at ``path`` is a summary that was written here, and may be written again."""
    book = read_file(path, None, limits).received.book
    return book is not None and book.properties.get(_words()["workbook"]["property"]) == _MARK


def _words() -> Texts:
    return texts_of("grading")


def summary_workbook(summary: Summary, grades: Sequence[tuple[str, float]]) -> bytes:
    """The workbook as bytes; ``grades`` are names of ranges of totals with their lower ends."""
    words = _words()["summary"]
    first = summary.lines[0] if summary.lines else None
    title = words["title"].format(year=first.year if first else "", name=first.scheme if first else "")
    book = marked_book(title, _MARK)
    listed = _RankList(book.sheet(words["list"]["sheet"]), summary, words["list"])
    listed.write(title)
    if summary.lines:
        _spread(book.sheet(words["spread"]["sheet"]), summary, listed, grades, words["spread"])
    if any(line.dimensions for line in summary.lines):
        _score_sheet(book, summary)
    for name, rows in (
        ("reasons", _reasons(summary)),
        ("waiting", _waiting(summary)),
        ("remarks", summary.remarks),
    ):
        book.sheet(words[name]["sheet"]).listed(words[name]["columns"], rows)
    return book.data()


class _RankList:
    """The sheet with a line for each unit; the columns of its figures."""

    def __init__(self, cells: SheetWriter, summary: Summary, words: Texts) -> None:
        self.cells, self.sheet, self.summary, self.words = cells, cells.sheet, summary, words
        self.levels = list(dict.fromkeys(item.level for line in summary.lines for item in line.items))
        head = list(words["columns"].items())
        self.widths = dict([*head[:3], *((level, words["level_width"]) for level in self.levels), *head[3:]])
        self.first, self.last = _TOP + 1, _TOP + len(summary.lines)
        self.total, self.pending, self.rate = (self._letter(head[at][0]) for at in (3, 4, 5))

    def _letter(self, heading: str) -> str:
        return get_column_letter(list(self.widths).index(heading) + 1)

    def area(self, letter: str) -> str:
        """The figures of a column, as formulas of other sheets name them."""
        return f"{self.sheet.title}!${letter}${self.first}:${letter}${self.last}"

    def write(self, title: str) -> None:
        """Fill the sheet."""
        cells, units = self.cells, len(self.summary.lines)
        settled = [line for line in self.summary.lines if not line.pending]
        counts = {"units": units, "settled": len(settled), "pending": units - len(settled)}
        cells.write(1, 1, title, TITLE)
        cells.write(2, 1, self.words["above"].format(**counts), PLAIN)
        cells.write_row(_TOP, list(self.widths), HEADING)
        fit_height(self.sheet, _TOP, self.widths.items())
        ranks = [line.total for line in settled]
        for number, line in enumerate(self.summary.ranked, self.first):
            self._line(number, line, ranks)
        if self.summary.lines:
            self._average()
        for number, (code, name) in enumerate(self.summary.missing, self.last + 2):
            cells.write_row(number, [self.words["missing"], code, name], TEXT)
        cells.finish(list(self.widths.values()), title, f"D{self.first}", f"{_TOP}:{_TOP}")
        last = max(self.last, self.first)
        self.sheet.auto_filter.ref = f"A{_TOP}:{get_column_letter(len(self.widths))}{last}"

    def _line(self, number: int, line: GradedLine, ranks: Sequence[float]) -> None:
        cells = self.cells
        rank = f'COUNTIFS({self._own(self.pending)},0,{self._own(self.total)},">"&{self.total}{number})+1'
        waiting = self.words["waiting"]
        place = waiting if line.pending else float(sum(other > line.total for other in ranks) + 1)
        cells.formula(number, 1, f'IF({self.pending}{number}=0,{rank},"{waiting}")', place, CENTRE)
        cells.write(number, 2, line.code, CENTRE)
        cells.write(number, 3, line.name, TEXT)
        levels = line.levels
        for column, level in enumerate(self.levels, start=4):
            cells.write(number, column, levels.get(level, ""), FIGURE)
        column = 4 + len(self.levels)
        first, last = get_column_letter(4), get_column_letter(column - 1)
        cells.formula(number, column, f"ROUND(SUM({first}{number}:{last}{number}),{NOISE})", line.total)
        cells.write(number, column + 1, line.pending, FIGURE)
        points = sum(item.points for item in line.items)
        settled = f"({points:g}-{self.pending}{number})"
        rate = f'IF({settled}=0,"",{self.total}{number}/{settled})'
        cells.formula(number, column + 2, rate, line.rate, FIGURE, _SHARE)
        cells.put(number, column + 3, self.words["open"] if line.file else "", LINK, file=line.file)
        reasons = "；".join(
            " ".join(item.reason.split("\n")) for item in line.lost if item.reason and item.score is not None
        )
        cells.write(number, column + 4, reasons, TEXT)
        fit_height(
            self.sheet,
            number,
            [(reasons, self.words["columns"]["主要扣分理由"]), (line.name, self.widths["单位名称"])],
        )

    def _own(self, letter: str) -> str:
        return f"{letter}${self.first}:{letter}${self.last}"

    def _average(self) -> None:
        """The means of what there is, of the totals of units that are settled."""
        cells, number, lines = self.cells, self.last + 1, self.summary.lines
        for column in range(1, len(self.widths) + 1):
            cells.write(number, column, "", TOTAL)
        cells.write(number, 3, self.words["average"], TOTAL)
        figures = [[line.levels[level] for line in lines if level in line.levels] for level in self.levels]
        figures.append([line.total for line in lines if not line.pending])
        figures.append([line.pending for line in lines])
        for column, given in enumerate(figures, start=4):
            letter = get_column_letter(column)
            area = f"{letter}{self.first}:{letter}{self.last}"
            average, mean = f"AVERAGE({area})", sum(given) / len(given) if given else None
            counted = f"COUNT({area})"
            if letter == self.total:
                settled = f"{self._own(self.pending)},0"
                average, counted = f"SUMIF({settled},{area})/COUNTIF({settled})", f"COUNTIF({settled})"
            average = f'IF({counted}=0,"",{average})'
            cells.formula(number, column, average, mean, TOTAL_FIGURE, "0.00")


def _spread(
    cells: SheetWriter,
    summary: Summary,
    listed: _RankList,
    grades: Sequence[tuple[str, float]],
    words: Texts,
) -> None:
    """How the totals are spread, with a chart, and how each item came out."""
    sheet = cells.sheet
    total, pending = listed.area(listed.total), listed.area(listed.pending)
    settled = [line.total for line in summary.lines if not line.pending]
    rate, shares = listed.area(listed.rate), [line.rate for line in summary.lines if line.rate is not None]
    cells.write(1, 1, words["caption"], CAPTION)
    cells.write_row(2, list(words["columns"]), HEADING)
    top = float("inf")
    for number, (name, least) in enumerate(grades, start=3):
        below, below_rate = (
            ("", "") if top == float("inf") else (f',{total},"<{top:g}"', f',{rate},"<{top / _WHOLE:g}"')
        )
        count = float(sum(least <= score < top for score in settled))
        likely = float(sum(least <= share * _WHOLE < top for share in shares))
        cells.write(number, 1, name, TEXT)
        cells.formula(number, 2, f'COUNTIFS({pending},0,{total},">={least:g}"{below})', count)
        whole, part = f"COUNTIF({pending},0)", count / len(settled) if settled else 0.0
        cells.formula(number, 3, f"IF({whole}=0,0,B{number}/{whole})", part, FIGURE, _SHARE)
        cells.formula(number, 4, f'COUNTIFS({rate},">={least / _WHOLE:g}"{below_rate})', likely)
        top = least
    last = 2 + len(grades)
    chart = BarChart()
    chart.type, chart.title = "col", words["chart"]
    for column in (2, 4):
        chart.add_data(Reference(sheet, min_col=column, min_row=2, max_row=last), titles_from_data=True)
    chart.legend.position = "b"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.set_categories(Reference(sheet, min_col=1, min_row=3, max_row=last))
    chart.height, chart.width, chart.gapWidth = 7.5, 15, 60
    sheet.add_chart(chart, f"A{last + 2}")
    _items(cells, summary, last + 18, words)
    widths = [
        max(pair) for pair in zip([*words["columns"].values(), 0, 0], words["items"].values(), strict=True)
    ]
    lay_out(sheet, widths, words["sheet"], landscape=False, repeats_heading=False)


def _items(cells: SheetWriter, summary: Summary, top: int, words: Texts) -> None:
    cells.write(top, 1, words["items_caption"], CAPTION)
    cells.write_row(top + 1, list(words["items"]), HEADING)
    by_item: dict[str, list[ItemLine]] = {}
    for line in summary.lines:
        for item in line.items:
            by_item.setdefault(item.title, []).append(item)
    for number, (title, items) in enumerate(by_item.items(), start=top + 2):
        scores = [item.score for item in items if item.score is not None]
        points = items[0].points
        mean = sum(scores) / len(scores) if scores else None
        cells.write(number, 1, title, TEXT)
        cells.write(number, 2, points, FIGURE)
        cells.write(number, 3, "" if mean is None else mean, FIGURE, "0.00")
        cells.write(number, 4, "" if mean is None else points - mean, FIGURE, "0.00")
        cells.write(number, 5, float(sum(score < points for score in scores)), FIGURE)
        cells.write(number, 6, float(len(items) - len(scores)), FIGURE)
        fit_height(cells.sheet, number, [(title, words["items"]["二级标准"])])


def _score_sheet(book: BookWriter, summary: Summary) -> None:
    """The points of the score sheets by dimension, a line for each unit that has one."""
    words = _words()["scores"]["summary"]
    lines = [line for line in summary.ranked if line.dimensions]
    names = list(dict.fromkeys(name for line in lines for name in line.dimensions))
    further = dict.fromkeys([*names, words["total"], words["pending"]], words["width"])
    rows, totals = [], []
    for line in lines:
        points = ["" if (found := line.dimensions.get(name)) is None else found for name in names]
        totals.append(sum(point for point in points if isinstance(point, float)))
        rows.append([line.code, line.name, *points, totals[-1], line.unscored])
    cells = book.sheet(words["sheet"])
    cells.listed({**words["columns"], **further}, rows, frozen="C")
    last = get_column_letter(2 + len(names))
    for number, total in enumerate(totals, start=2):
        cells.formula(number, 3 + len(names), f"SUM(C{number}:{last}{number})", total)


def _reasons(summary: Summary) -> Iterable[Sequence[str | float]]:
    for line in summary.ranked:
        for item in line.lost:
            if item.score is not None:
                yield line.code, line.name, item.title, item.points, item.score, item.reason


def _waiting(summary: Summary) -> Iterable[Sequence[str | float]]:
    for line in summary.ranked:
        for item in line.items:
            if item.score is None:
                begin = "" if item.suggestion is None else item.suggestion
                said = "\n".join(filter(None, (item.reason, item.evidence)))
                yield line.code, line.name, item.title, item.points, begin, said
