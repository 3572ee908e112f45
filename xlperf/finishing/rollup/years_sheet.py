"""Two years of the same units → a sheet that puts them side by side."""

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

from xlperf.expressions import Value
from xlperf.finishing.rollup.layout import load_rollup, texts
from xlperf.finishing.rollup.line_sheets import FIRST_ROW as UNIT_ROW
from xlperf.finishing.rollup.line_sheets import IS_NUMBER, LinePlaces, width_of
from xlperf.finishing.rollup.rollup_figures import Line, RollUp, change_rate
from xlperf.outputs.problem_cells import (
    CAPTION,
    CENTRE,
    FIGURE,
    HEADING,
    TEXT,
    TOTAL,
    TOTAL_FIGURE,
    fit_height,
)
from xlperf.outputs.sheet_writing import BookWriter, SheetWriter

BOTH_ROW, FIRST_ROW, _LEAD = 3, 4, 3
_AMOUNT, _RATE = 12.0, 9.0
"""Widths of columns, in characters: three figures and their rates are next to each other on a page."""
_SCALE = 72
"""Per cent of the size at which it is printed."""
_TwoYears = tuple[int | None, Line, Line | None, str]
"""The index of a unit, None for one that is gone, its lines of this year and last, and a remark."""


def both_cell(column: str, offset: int) -> str:
    """The address of the sum over units of both years: 0 last year's, 1 this year's, 2 the rate."""
    number = _LEAD + 1 + 3 * texts()["years"]["columns"].index(column) + offset
    return f"'{texts()['years']['sheet']}'!{get_column_letter(number)}{BOTH_ROW}"


def write_years(book: BookWriter, rollup: RollUp, places: LinePlaces) -> None:
    """Add the sheet; this year's figures are formulas that lead to the units."""
    assert rollup.last is not None
    spec, fields = texts()["years"], load_rollup().units.fields
    writer = book.sheet(spec["sheet"])
    titles, widths = [*spec["head"]], [width_of(name) for name in ("number", "code", "name")]
    for column in spec["columns"]:
        label, kind = fields[column].label, fields[column].type.id
        titles.append(spec["last"].format(label=label, year=rollup.last.year))
        titles += [spec["this"].format(label=label, year=rollup.year), spec["change"]]
        widths += [min(width_of(kind), _AMOUNT), min(width_of(kind), _AMOUNT), _RATE]
    titles.append(spec["remark"])
    widths.append(18)
    writer.put(1, 1, f"{book.title}·{spec['sheet']}", CAPTION)
    writer.write_row(2, titles, HEADING)
    fit_height(writer.sheet, 2, zip(titles, widths, strict=True))
    lines: list[_TwoYears] = [
        (number, line, earlier, "" if earlier else spec["new"])
        for number, (line, earlier) in enumerate(rollup.pairs())
    ]
    lines += [(None, line, line, spec["gone"]) for line in rollup.gone()]
    _both(writer, rollup, len(lines))
    for row, line in enumerate(lines, FIRST_ROW):
        _row(writer, row, line, places)
    writer.finish(widths, book.title, f"D{FIRST_ROW}", "1:2")
    _print_over_pages(writer, len(spec["columns"]))
    last = FIRST_ROW + len(lines) - 1
    writer.sheet.auto_filter.ref = f"A{BOTH_ROW}:{get_column_letter(len(titles))}{last}"


def _print_over_pages(writer: SheetWriter, columns: int) -> None:
    """Print the columns on two pages side by side, large enough to read, with the units' names on both."""
    sheet = writer.sheet
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
    sheet.page_setup.scale, sheet.page_setup.pageOrder = _SCALE, "overThenDown"
    sheet.print_title_cols = f"A:{get_column_letter(_LEAD)}"
    sheet.col_breaks.append(Break(id=_LEAD + 3 * ((columns + 1) // 2)))


def _row(writer: SheetWriter, row: int, two_years: _TwoYears, places: LinePlaces) -> None:
    number, line, earlier, remark = two_years
    columns = texts()["years"]["columns"]
    writer.put(row, 1, "" if number is None else float(number + 1), CENTRE)
    writer.put(row, 2, line.code, CENTRE)
    writer.put(row, 3, line.name, TEXT)
    fit_height(writer.sheet, row, [(line.name, width_of("name"))])
    for start, column in zip(range(_LEAD + 1, _LEAD + 3 * len(columns), 3), columns, strict=True):
        form = load_rollup().units.fields[column].type.format
        last = earlier.number(column) if earlier else None
        writer.put(row, start, last, FIGURE, form)
        if number is None or (this := line.number(column)) is None:
            writer.put(row, start + 1, None, FIGURE, form)
            writer.put(row, start + 2, None, FIGURE)
            continue
        writer.formula(row, start + 1, places.cell(column, UNIT_ROW + number), this, FIGURE, form)
        rate = change_rate(last, this)
        if rate is None:
            writer.put(row, start + 2, None, FIGURE)
        else:
            _rate(writer, row, start, rate, bold=False)
    writer.put(row, _LEAD + 1 + 3 * len(columns), remark, TEXT)


def _rate(writer: SheetWriter, row: int, start: int, rate: Value, *, bold: bool) -> None:
    last, this = (f"{get_column_letter(start + offset)}{row}" for offset in (0, 1))
    nothing = next(iter(load_rollup().parameters.values()))
    formula = f'IF({last}<=0,"{nothing}",ROUND(({this}-{last})/{last},4))'
    writer.formula(row, start + 2, formula, rate, TOTAL_FIGURE if bold else FIGURE, "0.00%")


def _both(writer: SheetWriter, rollup: RollUp, count: int) -> None:
    spec = texts()["years"]
    for number in range(1, _LEAD + 1):
        writer.put(BOTH_ROW, number, spec["both"] if number == _LEAD else "", TOTAL)
    end = FIRST_ROW + max(count, 1) - 1
    for at, column in enumerate(spec["columns"]):
        start = _LEAD + 1 + 3 * at
        form = load_rollup().units.fields[column].type.format
        last, this = (
            f"${get_column_letter(start + offset)}${FIRST_ROW}:${get_column_letter(start + offset)}${end}"
            for offset in (0, 1)
        )
        sums = rollup.change(column)
        both = f"COUNTIFS({last},{IS_NUMBER},{this},{IS_NUMBER})"
        for offset, (area, other) in enumerate(((last, this), (this, last))):
            formula = f"SUMIFS({area},{other},{IS_NUMBER})"
            if load_rollup().units.fields[column].type.id == "score":
                formula, form = f"IF({both}=0,0,{formula}/{both})", "0.00"
            writer.formula(BOTH_ROW, start + offset, formula, sums[offset], TOTAL_FIGURE, form)
        _rate(writer, BOTH_ROW, start, change_rate(*sums), bold=True)
    writer.put(BOTH_ROW, _LEAD + 1 + 3 * len(spec["columns"]), "", TOTAL)
