"""How a figure comes about: every step is what formualizer calculates; nothing that was not read is sure."""

from pathlib import Path

import formualizer
import openpyxl
import pytest

from tests.engines import FORMUALIZER_ERRORS
from tests.parity.comparison import same
from tests.received import good as g
from tests.shared_files import SHARED, needs_cases
from tests.workbooks.filings import filing
from xlperf.checks.context import CheckContext
from xlperf.checks.file_reading import read_file
from xlperf.checks.why import figure, why
from xlperf.core.errors import InputError
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.workbooks.workbook_writer import writer_of

PROFILE = load_profile("hunan-yueyang-2024")
OVERALL = "整体支出绩效自评表"


def filled(folder: Path, *, working: bool = True, profile: Profile = PROFILE) -> Path:
    path = folder / "某某局.xlsx"
    unit = filing(profile, rows=5, projects=2, fund_rows=2)
    path.write_bytes(writer_of(profile, working=working).workbook(unit))
    return path


def context_of(path: Path, profile: Profile = PROFILE) -> CheckContext:
    context = CheckContext.of(read_file(path, profile).received)
    assert context is not None
    return context


def steps_of(context: CheckContext) -> list[tuple[str, object]]:
    found = []
    for record in context.filing.records:
        for place in filter(lambda found: found.cell, record.provenance.values()):
            known = figure(context, f"'{place.sheet}'!{place.cell}")
            if known.calculation:
                found += [(step.formula, step.value) for step in known.calculation.steps]
    return found


def calculated(formulas: list[str], path: Path) -> list[object]:
    book = openpyxl.Workbook()
    for number, formula in enumerate(formulas, 1):
        book.active.cell(number, 1).value = f"={formula}"
    book.save(path)
    engine = formualizer.load_workbook(str(path))
    engine.evaluate_all()
    values = (engine.get_value(book.active.title, number, 1) for number in range(1, len(formulas) + 1))
    return [FORMUALIZER_ERRORS.get(value["kind"]) if isinstance(value, dict) else value for value in values]


def differing(context: CheckContext, folder: Path) -> list[tuple[object, ...]]:
    steps = steps_of(context)
    assert len(steps) > 20
    theirs = calculated([formula for formula, _ in steps], folder / "steps.xlsx")
    return [
        (formula, ours, other)
        for (formula, ours), other in zip(steps, theirs, strict=True)
        if not same(ours, other)
    ]


@pytest.mark.parametrize("working", [True, False])
@pytest.mark.parametrize("name", profile_ids())
def test_every_step_of_a_filled_workbook_is_what_an_engine_calculates(
    tmp_path: Path, name: str, working: bool
) -> None:
    profile = load_profile(name)
    path = filled(tmp_path, working=working, profile=profile)
    assert differing(context_of(path, profile), tmp_path) == []


@needs_cases
@pytest.mark.parametrize("name", ["002/002_tables.xls", "002/002_tables.xlsx", "002/002_report.docx"])
def test_every_step_of_a_foreign_file_is_what_an_engine_calculates(tmp_path: Path, name: str) -> None:
    path = SHARED / "cases" / name
    assert differing(context_of(path), tmp_path) == []


def test_the_score_of_the_execution_rate_is_explained_step_by_step(tmp_path: Path) -> None:
    path = filled(tmp_path)
    context = context_of(path)
    record = context.filing.of("整体")[0]
    cell = record.provenance["执行率得分"].cell
    text = "\n".join(why(path, f"{OVERALL}!{cell}", PROFILE))
    # 1185.36 of 1203.50 for 10 points: 9.849…, rounded to 9.85
    assert f"{OVERALL}!{cell}　预算执行率得分：9.85" in text
    for name, value in (("年度资金总额_全年执行数", "1185.36"), ("年度资金总额_全年预算数", "1203.50")):
        assert f"{OVERALL}!{record.provenance[name].cell}" in text
        assert f" = {value}" in text
    assert "ROUND(9.849" in text
    assert "依据：自评表填报说明：执行率得分＝分值×执行率" in text


def test_a_value_typed_over_its_formula_is_named(tmp_path: Path) -> None:
    path = filled(tmp_path)
    book = openpyxl.load_workbook(path)
    cell = context_of(path).filing.of("整体")[0].provenance["执行率得分"].cell
    book[OVERALL][cell] = 9.0
    book.save(path)
    text = "\n".join(why(path, f"{OVERALL}!{cell}", PROFILE))
    assert "表上是 9，按公式应为 9.85。" in text
    assert "这一格的问题：" in text


def test_what_was_not_filled_in_is_said(tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    path.write_bytes(g.edited({g.OVERALL: g.empty(g.address("整体", "年度资金总额_全年执行数"))}))
    cell = g.address("整体", "执行率得分")
    context = context_of(path)
    sheet = context.filing.of("整体")[0].sheet
    assert "（没有填写或没有读到）" in "\n".join(why(path, f"{sheet}!{cell}"))


@pytest.mark.parametrize(
    ("cell", "reported"),
    [("A1", "不是附件表上填数的格"), ("没有!B4", "不是附件表上填数的格"), ("F6", "请写明是哪一张")],
)
def test_a_cell_without_a_figure_is_an_error_in_words(tmp_path: Path, cell: str, reported: str) -> None:
    with pytest.raises(InputError, match=reported):
        why(filled(tmp_path), cell, PROFILE)


def test_a_file_without_forms_is_an_error_in_words(tmp_path: Path) -> None:
    path = tmp_path / "别的.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(InputError, match="没有读到附件表"):
        why(path, "A1", PROFILE)
