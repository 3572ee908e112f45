"""Native formulas of the rules on all examples: formualizer and LibreOffice give our verdicts."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tests.engines import formualizer_values, libreoffice_values
from tests.rules.verdicts import Case, cases, example_filings, within
from xlperf.expressions import Node, native, references
from xlperf.forms import Rule, load_profile

PROFILE = load_profile("national-2020")
DATA, FORMULAS = "数据", "公式"
NATIVE = [rule for rule in PROFILE.rules.values() if rule.native]


@cache
def applications() -> list[Case]:
    return [
        case
        for rule in NATIVE
        for example in (rule.passing, rule.failing)
        for filing in example_filings(rule, example, PROFILE)
        for case in cases(rule, filing, PROFILE)
    ]


class Cells:
    """Places each value once on the data sheet, a column for each name of an application."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.used = 0

    def place(self, value: Any) -> str:
        values = value if isinstance(value, list) else [value]
        self.used += 1
        letter = get_column_letter(self.used)
        for row, cell in enumerate(values, start=1):
            self.sheet.cell(row, self.used).value = cell
        self.sheet.cell(9, self.used).value = "界"
        last = f":${letter}${len(values)}" if len(values) > 1 else ""
        return f"{DATA}!${letter}$1{last}"


def nodes(case: Case) -> list[Node]:
    instance = case.instance
    own = [instance.when, instance.check, instance.expected, within(instance) if instance.terms else None]
    return [node for node in own if node is not None]


def addresses(case: Case, cells: Cells) -> dict[str, str]:
    names = sorted({name for node in nodes(case) for name in references(node)} | {case.instance.at})
    places = {}
    for name in names:
        value = case.names[name]
        if name.startswith(("digits!", "参数!")):
            places[name] = f'"{value}"' if isinstance(value, str) else repr(value)
        else:
            places[name] = cells.place(value)
    return places


def formulas(case: Case, places: dict[str, str]) -> tuple[str, str]:
    """The verdict and the right figure as formulas; the right figure only where one is told."""

    def write(node: Node) -> str:
        return native(node, places.__getitem__)

    instance = case.instance
    assert instance.check is not None
    broken = '"broken"'
    if instance.terms is not None:
        broken = f'IF({write(within(instance))},"within","broken")'
    judged = f'IF({write(instance.check)},"ok",{broken})'
    if instance.terms is not None:
        judged = f'IF(ISNUMBER({places[instance.at]}),{judged},"skipped")'
    if instance.when is not None:
        judged = f'IF({write(instance.when)},{judged},"skipped")'
    return f"={judged}", f"={write(instance.expected)}" if instance.expected else ""


@pytest.fixture(scope="module", params=["formualizer", "libreoffice"])
def recalculated(request):
    """(verdict, right figure) of every application as a foreign engine sees it."""
    book = openpyxl.Workbook()
    data = book.active
    data.title = DATA
    sheet = book.create_sheet(FORMULAS)
    cells = Cells(data)
    for row, case in enumerate(applications(), start=1):
        for column, formula in enumerate(formulas(case, addresses(case, cells)), start=1):
            if formula:
                sheet.cell(row, column).value = formula
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rules.xlsx"
        book.save(path)
        if request.param == "formualizer":
            values = formualizer_values(path)
        else:
            values = libreoffice_values(path, Path(folder) / "out")
    return [
        (values.get((FORMULAS, f"A{row}")), values.get((FORMULAS, f"B{row}")))
        for row in range(1, len(applications()) + 1)
    ]


def test_verdicts_are_the_same(recalculated):
    assert applications()
    different = [
        (case.rule.code, case.instance.at, case.verdict.outcome, verdict)
        for case, (verdict, _) in zip(applications(), recalculated, strict=True)
        if verdict != case.verdict.outcome
    ]
    assert different == []


def test_right_figures_are_the_same(recalculated):
    for case, (_, figure) in zip(applications(), recalculated, strict=True):
        if case.verdict.expected is not None:
            assert figure == pytest.approx(case.verdict.expected), case.rule.code


def rule_ids(rule: Rule) -> str:
    return rule.code


@pytest.mark.parametrize("rule", [rule for rule in PROFILE.rules.values() if not rule.native], ids=rule_ids)
def test_a_rule_without_native_formula_says_why(rule):
    assert rule.native_reason


@pytest.mark.parametrize("rule", NATIVE, ids=rule_ids)
def test_a_native_rule_needs_only_what_the_sheet_shows(rule):
    for alias in rule.forms:
        form = PROFILE.forms[alias]
        hidden = {name for name, field in form.fields.items() if field.virtual}
        for table in form.tables.values():
            virtual = {name for name, column in table.columns.items() if column.virtual or column.merge}
            hidden |= {f"{table.id}_{name}" for name in virtual}
            hidden |= virtual if rule.each == table.id else set()
        for instance in rule.instances:
            for node in (instance.when, instance.check, instance.expected, instance.terms):
                used = references(node) if node is not None else set()
                assert not used & hidden
