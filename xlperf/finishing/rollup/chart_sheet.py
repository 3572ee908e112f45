"""The tables of the first sheet → a sheet of charts, four on a page, for those who look and do not read."""

from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.finishing.rollup.layout import load_rollup, texts
from xlperf.finishing.rollup.overview import SHORT_NAME, Tables
from xlperf.finishing.rollup.rollup_figures import RollUp
from xlperf.outputs.problem_cells import TITLE
from xlperf.outputs.sheet_writing import BookWriter

COLOURS = ("1F4E78", "C55A11", "7F9FBF")
_WIDTH, _HEIGHT = 16.2, 8.8
"""Centimetres of a chart; two side by side and two rows are an A4 page."""
_TITLE = 1200
"""Hundredths of a point of a chart's title."""
_COLUMNS, _ROWS, _WIDE, _HIGH = 8, 18, 9.3, 15.0
"""Columns and rows that a chart takes; how wide (letters) and high (points) they are."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A chart to draw: rows ``first`` to ``last`` of a table, the values of some columns, as ``form``.

    ``names`` is the column of what the bars are called.
    """

    title: str
    first: int
    last: int
    columns: tuple[int, ...] = (2,)
    lying: bool = False
    form: str = "0"
    named: bool = False
    names: int = 1
    colour: str = COLOURS[0]


def write_charts(book: BookWriter, rollup: RollUp, tables: Tables) -> None:
    """Add the sheet of charts, in the second place."""
    spec = texts()["overview"]["charts"]
    writer, source = book.sheet(spec["sheet"]), book.book[texts()["overview"]["sheet"]]
    book.book.move_sheet(spec["sheet"], 1 - len(book.book.worksheets) + 1)
    writer.put(1, 1, book.title, TITLE)
    for column in range(1, 2 * _COLUMNS + 2):
        writer.sheet.column_dimensions[get_column_letter(column)].width = _WIDE
    charts = [_drawn(source, plan) for plan in _plans(rollup, tables)]
    for number, chart in enumerate(charts):
        down, right = divmod(number, 2)
        row = 3 + down * _ROWS
        writer.sheet.add_chart(chart, f"{get_column_letter(1 + right * _COLUMNS)}{row}")
        if right == 0 and down and down % 2 == 0:
            writer.sheet.row_breaks.append(Break(id=row - 2))
    last = 3 + (len(charts) + 1) // 2 * _ROWS
    for row in range(2, last):
        writer.sheet.row_dimensions[row].height = _HIGH
    writer.finish([_WIDE] * (2 * _COLUMNS), book.title, "", "")
    writer.sheet.print_area = f"A1:{get_column_letter(2 * _COLUMNS)}{last}"
    writer.sheet.sheet_view.showGridLines = False


def _plans(rollup: RollUp, tables: Tables) -> list[_Plan]:
    spec = texts()["overview"]
    plans = [
        _Plan(spec["charts"]["spending"]["title"], *tables["spending"], (2, 3, 4), form="#,##0", named=True)
    ]
    if "years" in tables:
        title = spec["charts"]["years"]["title"]
        plans.append(_Plan(title, *tables["years"], (2, 3), form="#,##0", named=True))
    for number, (name, declared) in enumerate(load_rollup().distributions.items()):
        plans.append(_Plan(declared.title, *tables[name], colour=COLOURS[number % 2]))
    plans.append(_Plan(spec["limits"]["title"], *tables["limits"], lying=True, colour=COLOURS[1]))
    first, last = tables["lowest"]
    title = spec["lowest"]["title"].format(count=last - first + 1)
    plans.append(_Plan(title, first, last, lying=True, form="0%", names=SHORT_NAME))
    if rollup.kinds:
        first, last = tables["kinds"]
        title = spec["kinds"]["title"].format(count=last - first + 1)
        plans.append(_Plan(title, first, last, lying=True, colour=COLOURS[1]))
    return plans


def _drawn(source: Worksheet, plan: _Plan) -> BarChart:
    chart = _empty(plan.title, plan.form, lying=plan.lying)
    for number, column in enumerate(plan.columns):
        values = Reference(source, min_col=column, min_row=plan.first - plan.named, max_row=plan.last)
        series = Series(values, title_from_data=plan.named)
        _colour(series, COLOURS[number % 3] if plan.named else plan.colour, plan.form)
        chart.series.append(series)
    chart.set_categories(Reference(source, min_col=plan.names, min_row=plan.first, max_row=plan.last))
    if not plan.named:
        chart.legend = None
    return chart


def _empty(title: str, form: str, *, lying: bool) -> BarChart:
    chart: Any = BarChart()
    chart.type = "bar" if lying else "col"
    chart.title, chart.width, chart.height = title, _WIDTH, _HEIGHT
    chart.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=CharacterProperties(sz=_TITLE, b=True))
    for run in chart.title.tx.rich.p[0].r:
        run.rPr = CharacterProperties(sz=_TITLE, b=True)
    chart.gapWidth = 40 if lying else 60
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.y_axis.number_format, chart.y_axis.scaling.min = form, 0
    if lying:
        chart.x_axis.scaling.orientation = "maxMin"
        chart.y_axis.delete = True
    else:
        chart.legend.position = "b"
    drawn: BarChart = chart
    return drawn


def _colour(series: Any, colour: str, form: str) -> None:
    series.graphicalProperties = GraphicalProperties(solidFill=colour)
    series.graphicalProperties.line.solidFill = colour
    series.dLbls = DataLabelList()
    series.dLbls.showVal, series.dLbls.numFmt = True, form
    for shown in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(series.dLbls, shown, False)
