"""从台账填充: a unit of a ledger → the input cells of the open workbook, or a new working copy."""

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

import xlwings as xw
from openpyxl.utils import column_index_from_string

from xlperf.checks.filing_parts import is_same_unit
from xlperf.checks.unit_naming import filled_name, named_unit
from xlperf.core.files import atomic_write
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing
from xlperf.excel.actions.excel_ui import FEW, ExcelUI, files, first_few, text
from xlperf.excel.actions.fill_places import Block, Change, FilledColumn
from xlperf.excel.actions.fill_plan import FillPlan, Put, fill_plan
from xlperf.excel.actions.list_sheets import write_changes
from xlperf.excel.actions.open_books import free_to_write, saved_copy, with_password
from xlperf.excel.actions.short_actions import chosen_profile, profile_to_use
from xlperf.expressions import Value
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.received import Received
from xlperf.jobs.fill import file_name
from xlperf.ledgers.answers import Answers
from xlperf.ledgers.layout import load_layout
from xlperf.ledgers.ledger import Ledger, read_ledger
from xlperf.notation.text import name_key
from xlperf.workbooks.workbook_writer import writer_of

_TEXT_FORMAT = "@"
_BEGINNINGS = re.compile(r"\s*[=+\-@'#]")
"""Beginnings for which Excel takes a text for a formula or for one with a prefix."""
_NUMBERLIKE = re.compile(r"[0-9０-９]|^\s*(?:true|false)\s*$", re.IGNORECASE)
_LONGEST_NUMBER = 60
"""Longer texts are not taken for numbers, dates or truth values."""


def write_plan(book: xw.Book, ui: ExcelUI, plan: FillPlan) -> None:
    """Write everything that ``plan`` says; formulas, formats and all other cells stay as they are.

    The protection of a sheet is lifted while it is written: protected sheets take no merged cells.
    """
    for sheet_plan in plan.sheets:
        sheet = book.sheets[sheet_plan.title]
        with ui.unlocked(sheet):
            for run in _runs(sheet_plan.puts):
                first, last = run[0], run[-1]
                area = sheet.range((first.row, first.column), (last.row, last.column))
                area.value = [_safe(area, [put.value for put in run])]
            for block in sheet_plan.blocks:
                _write_block(book, sheet, block)


def _runs(puts: Sequence[Put]) -> list[list[Put]]:
    """The values of neighbouring cells of one row together."""
    ordered = sorted(puts, key=lambda put: (put.row, put.column))
    by_run = groupby(enumerate(ordered), key=lambda pair: (pair[1].row, pair[1].column - pair[0]))
    return [[put for _, put in run] for _, run in by_run]


def _write_block(book: xw.Book, sheet: xw.Sheet, block: Block) -> None:
    end = block.last
    for runs in block.runs:
        sheet.range((block.first, runs.first), (end, runs.last)).unmerge()
    if block.grown:
        _grow(book, sheet, block)
        end += block.grown
    for column in block.columns:
        number = column_index_from_string(column.letter)
        area = sheet.range((block.first, number), (end, number))
        area.value = [[value] for value in _safe(area, column.values)]
    for runs in block.runs:
        for top, bottom in runs.areas:
            sheet.range((top, runs.first), (bottom, runs.last)).merge()


def _grow(book: xw.Book, sheet: xw.Sheet, block: Block) -> None:
    """Insert rows formatted like those of the table, and extend the defined names of its columns to them."""
    at, left, right = block.insert_at, *block.sides
    like = at - 1
    sheet.range(f"{at}:{at + block.grown - 1}").insert("down", "format_from_left_or_above")
    added = sheet.range((at, left), (at + block.grown - 1, right))
    sheet.range((like, left), (like, right)).copy(added)
    height = sheet.range((like, left)).row_height
    if height is not None:
        added.row_height = height
    if block.last == block.first:
        for column in block.columns:
            _stretch(book, sheet, block, column)


def _stretch(book: xw.Book, sheet: xw.Sheet, block: Block, column: FilledColumn) -> None:
    """Extend the defined name of a column of one row: rows added below it do not extend the name."""
    name = f"{block.table}_{column.name}"
    names = sheet.names if name in sheet.names else book.names
    if name in names:
        quoted = sheet.name.replace("'", "''")
        last = block.last + block.grown
        names[name].refers_to = f"='{quoted}'!${column.letter}${block.first}:${column.letter}${last}"


def _safe(area: xw.Range, values: Sequence[Value]) -> list[object]:
    """The values to write; a text that Excel may take for something else gets an apostrophe."""
    if any(map(is_risky, values)) and area.number_format != _TEXT_FORMAT:
        return [f"'{value}" if is_risky(value) else value for value in values]
    return list(values)


def is_risky(value: Value) -> bool:
    """Whether Excel may take a text for a formula, number, date or truth value in a cell not set to text."""
    if not isinstance(value, str):
        return False
    short = len(value) <= _LONGEST_NUMBER
    return bool(_BEGINNINGS.match(value) or (short and _NUMBERLIKE.search(value)))


_MOST_LISTED = 20
_MONEY_DOUBTS = ("L128", "L129")
"""Findings of amounts that may be in 元: of a unit's row, of a whole sheet."""


def fill(ui: ExcelUI) -> None:
    """Fill the workbook from a ledger, once the person has agreed to what will change.

    A workbook that holds none of the forms stays as it is; a new working copy is offered.
    """
    book = ui.book()
    if book is None:
        _offer_copy(ui, text("no_book"))
        return
    with saved_copy(ui, book) as path:
        received = open_filing(ui, path)
    if received.filing is None or received.profile is None:
        _offer_copy(ui, text("not_a_form", name=book.name))
        return
    chosen = _choose(ui, received.profile, lambda ledger: units_like(book, received, ledger.filings))
    if chosen:
        ledger, filing = chosen
        plan = fill_plan(received, filing, locked_sheets(book, ui))
        named = filled_name(received.filing, received.profile)[0]
        is_other = named and not is_same_unit(name_key(named), name_key(filing.unit_name))
        remarks = [text("other_unit", name=named)] if is_other else []
        what = text("by_ledger", unit=filing.unit_name)
        carry_out(ui, book, _with_ledger(plan, ledger, filing), what, remarks)


def open_filing(ui: ExcelUI, path: Path) -> Received:
    """What the copy of the open workbook at ``path`` holds; the person is asked for a password it needs."""
    profile = chosen_profile()
    return with_password(
        ui, lambda limits: read_filing(path, profile, limits), lambda received: received.findings
    )


def locked_sheets(book: xw.Book, ui: ExcelUI) -> frozenset[str]:
    """The sheets whose protection has a password."""
    locked = set()
    for sheet in book.sheets:
        with ui.unlocked(sheet) as is_free:
            if not is_free:
                locked.add(sheet.name)
    return frozenset(locked)


def carry_out(ui: ExcelUI, book: xw.Book, plan: FillPlan, what: str, remarks: Sequence[str]) -> None:
    """Ask, write and list the changes; ``what`` says by what the workbook is filled, ``remarks`` what the
    person should know before.
    """
    if not plan.changes:
        ui.say("\n".join([text("nothing_to_fill", what=what), *remarks, *_listed(plan.unplaced)]))
        return
    question = [text("will_fill", what=what, count=len(plan.changes), overwritten=plan.overwritten), *remarks]
    grown = sum(block.grown for sheet in plan.sheets for block in sheet.blocks)
    if grown:
        question.append(text("will_grow", count=grown))
    if plan.unplaced:
        question += [text("will_leave", count=len(plan.unplaced)), *_listed(plan.unplaced)]
    if not ui.ask("\n".join([*question, text("go_on")])):
        return
    with ui.quiet():
        calculation, ui.app.calculation = ui.app.calculation, "manual"
        try:
            write_plan(book, ui, plan)
        finally:
            ui.app.calculation = calculation
        if not ui.is_fixed(book):
            write_changes(book, ui, plan)
    message = text("filled", what=what, count=len(plan.changes), overwritten=plan.overwritten)
    where = text("changes_not_listed") if ui.is_fixed(book) else text("changes_listed")
    ui.say("\n".join(filter(None, [message, where, text("not_saved")])))


def _listed(unplaced: Sequence[Change]) -> list[str]:
    places = (" ".join(filter(None, (change.sheet, change.cell, change.label))) for change in unplaced)
    pairs = zip(places, unplaced, strict=True)
    return first_few([text("left", place=place, new=change.new, why=change.note) for place, change in pairs])


def _with_ledger(plan: FillPlan, ledger: Ledger, filing: Filing) -> FillPlan:
    """The plan, with the findings of the ledger for this unit added to what could not be placed."""
    for finding in ledger.findings:
        place = finding.location
        if place.unit_code in ("", filing.unit_code):
            where = text("in_ledger", sheet=place.sheet)
            plan.unplaced.append(Change(where, place.cell, place.label, finding.value, "", finding.message))
    return plan


def _choose(
    ui: ExcelUI, profile: Profile, like: Callable[[Ledger], Sequence[Filing]]
) -> tuple[Ledger, Filing] | None:
    """A ledger and one of its units, as the person chooses; ``like`` gives the units to choose from first."""
    answers = Answers()
    ledger = _choose_ledger(ui, profile, answers)
    filing = pick_unit(ui, ledger.filings, like(ledger)) if ledger else None
    return _settled(ui, ledger, filing, answers) if ledger and filing else None


def _choose_ledger(ui: ExcelUI, profile: Profile, answers: Answers) -> Ledger | None:
    chosen = ui.open_files(text("which_ledger"), files("ledger"), several=False)
    if not chosen:
        return None
    ledger = read_ledger(chosen[0], profile, answers)
    if not ledger.filings:
        errors = [finding.message for finding in ledger.findings[:FEW]]
        ui.say("\n".join([text("empty_ledger", name=chosen[0].name), *errors]), bad=True)
        return None
    return ledger


def units_like(book: xw.Book, received: Received, units: Sequence[Filing]) -> list[Filing]:
    """The units that the workbook may be of: by the name of the file or on its forms.

    Where several have that name, the code in the file's name decides.
    """
    assert received.filing
    assert received.profile
    code, name = named_unit(book.name)
    names = [name_key(found) for found in (name, filled_name(received.filing, received.profile)[0]) if found]
    like = [unit for unit in units if any(is_same_unit(name_key(unit.unit_name), name) for name in names)]
    return [filing for filing in like if filing.unit_code == code] or like


def pick_unit(ui: ExcelUI, units: Sequence[Filing], like: Sequence[Filing]) -> Filing | None:
    """The unit among ``units`` that the person chooses: the only one of ``like``, else from a list that
    begins with those; None when cancelled.
    """
    if len(like) == 1:
        return like[0]
    found = list(like or units)
    while len(found) > _MOST_LISTED:
        answer = ui.enter(text("which_unit", count=len(found)))
        if answer is None:
            return None
        part = "".join(answer.split())
        found = [unit for unit in units if part and part in f"{unit.unit_code}{unit.unit_name}"]
        exact = [unit for unit in found if part in (unit.unit_code, unit.unit_name)]
        found = exact if len(exact) == 1 else found
        if not found:
            ui.say(text("no_such_unit", answer=part[:50]), bad=True)
            found = list(units)
    if len(found) == 1 and found != [*units]:
        return found[0]
    shown = [
        text("unit", code=unit.unit_code, name=unit.unit_name) if unit.unit_code else unit.unit_name
        for unit in found
    ]
    number = ui.pick(text("pick_unit"), shown)
    return None if number is None else found[number]


def _settled(ui: ExcelUI, ledger: Ledger, filing: Filing, answers: Answers) -> tuple[Ledger, Filing] | None:
    """The ledger and the unit, read again with the money unit that the person names where that is in doubt.

    None where the person names none: the amounts may be ten thousand times too large.
    """
    if filing.unit_code not in ledger.held:
        return ledger, filing
    code, layout = filing.unit_code, load_layout(ledger.profile)
    doubts = [
        finding.message
        for finding in ledger.findings
        if finding.code in _MONEY_DOUBTS and finding.location.unit_code in ("", code)
    ]
    units = (layout.suspicion.unit, layout.base_unit)
    question = "\n".join([text("which_money", unit=filing.unit_name), *first_few(doubts)])
    number = ui.pick(question, [text("money_in", unit=unit) for unit in units])
    if number is None:
        return None
    ledger = read_ledger(ledger.source, ledger.profile, answers.with_money(code, units[number]))
    return ledger, next(found for found in ledger.filings if found.unit_code == code)


def _offer_copy(ui: ExcelUI, reason: str) -> None:
    """Make a working copy of a unit instead, where the person chooses, and open it."""
    if not ui.ask("\n".join([reason, text("offer_copy")])):
        return
    profile = profile_to_use(ui)
    chosen = _choose(ui, profile, lambda _: []) if profile else None
    if not (profile and chosen):
        return
    _, filing = chosen
    target = free_to_write(ui, ui.save_as(text("save_copy"), Path(file_name(filing))), to_open=True)
    if target is None:
        return
    atomic_write(target, writer_of(profile).workbook(filing))
    ui.app.books.open(str(target))
    ui.say(text("made_copy", unit=filing.unit_name, path=target))
