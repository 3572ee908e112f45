"""Filings to a Comparison: by a workbook of loose formulas, and by the workbooks that units receive."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.engines import cells, formualizer_values, libreoffice_values, stored_values
from tests.parity.check_workbook import formualizer_answers, libreoffice_answers, write_check_workbook
from tests.parity.comparison import Comparison, Item
from tests.parity.faults import FORMUALIZER, LIBREOFFICE
from tests.parity.questions import VERDICT, Question, evaluator, questions
from tests.parity.random_filings import random_filing
from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.expressions import native
from xlperf.workbooks.workbook_writer import WorkbookWriter

ENGINES = (LIBREOFFICE, FORMUALIZER)
OWN, FORM = "xlperf 公式", "form"


class Round(NamedTuple):
    """What was asked of the engines, and how their answers compare."""

    comparison: Comparison
    asked: Sequence[Question]


def compare_formulas(filings: Iterable[Filing], folder: Path, engines: Sequence[str] = ENGINES) -> Round:
    """Every formula and rule of ``filings``, asked in one workbook."""
    asked = [
        question
        for number, filing in enumerate(filings)
        for question in questions(filing, load_profile(filing.profile), number)
    ]
    return compare_questions(asked, folder, engines)


def compare_questions(asked: Sequence[Question], folder: Path, engines: Sequence[str] = ENGINES) -> Round:
    """All of ``asked`` in one workbook; verdict formulas are also evaluated here, next to the checker's."""
    path = folder / "公式.xlsx"
    write_check_workbook(asked, path)
    answers: dict[str, Sequence[Any]] = {}
    if LIBREOFFICE in engines:
        answers[LIBREOFFICE] = libreoffice_answers(path, len(asked), folder / "recalculated")
    if FORMUALIZER in engines:
        answers[FORMUALIZER] = formualizer_answers(path, len(asked))
    comparison = Comparison()
    _add(comparison, asked, answers)
    verdicts = [question for question in asked if question.kind == VERDICT]
    _add(comparison, verdicts, {OWN: [evaluator(question.node)(_values(question)) for question in verdicts]})
    return Round(comparison, asked)


def _add(comparison: Comparison, asked: Sequence[Question], answers: dict[str, Sequence[Any]]) -> None:
    comparison.add(
        [(question.kind, question.answer) for question in asked], answers, lambda number: _item(asked[number])
    )


def _values(question: Question) -> dict[str, Any]:
    return {name: source.value for name, source in question.sources.items()}


def _item(question: Question) -> Item:
    return Item(
        question.profile,
        question.label,
        question.kind,
        native(question.node, str),
        _values(question),
        question.answer,
    )


def compare_workbook(
    filing: Filing, writer: WorkbookWriter, folder: Path, engines: Sequence[str] = ENGINES
) -> Comparison:
    """The filled workbook of ``filing``: the cached value of each formula cell against the engines'."""
    path = folder / "filled.xlsx"
    path.write_bytes(writer.workbook(filing))
    cached = stored_values(path)
    inputs = {f"{title}!{at}": value for (title, at), value in cached.items()}
    items = [
        Item(filing.profile, f"{sheet}!{cell.coordinate}", FORM, str(cell.value)[1:], inputs, found)
        for sheet, cell in cells(path, data_only=False)
        if cell.data_type == "f"
        for found in [cached.get((sheet, cell.coordinate))]
    ]
    places = [tuple(item.label.rsplit("!", 1)) for item in items]
    comparison = Comparison()
    recalculated = {
        LIBREOFFICE: lambda: libreoffice_values(path, folder / "recalculated"),
        FORMUALIZER: lambda: formualizer_values(path),
    }
    found = {engine: recalculated[engine]() for engine in engines}
    answers = {engine: [values.get(at) for at in places] for engine, values in found.items()}
    comparison.add([(FORM, item.ours) for item in items], answers, items.__getitem__)
    return comparison


def random_filings(profile_ids: Sequence[str], chance: Random, count: int) -> list[Filing]:
    """``count`` filings, the profiles in turn."""
    return [
        random_filing(load_profile(profile_ids[number % len(profile_ids)]), chance) for number in range(count)
    ]


def cached_by_field(filing: Filing, profile: Profile) -> dict[tuple[str, str], Any]:
    """Where each visible formula field of a completed filing is, and its value: (sheet, cell) → value."""
    found = {}
    for record in filing.records:
        form = profile.forms[record.form]
        counts = {table: len(rows) for table, rows in record.tables.items() if rows}
        addresses = place(form, counts).fields
        for name in form.computed:
            if not form.fields[name].virtual:
                found[record.sheet, addresses[name]] = record.fields[name]
    return found
