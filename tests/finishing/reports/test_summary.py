"""The bureau's report of the season: its figures are those of the roll-up, what is not there is not said."""

import docx
import pytest

from tests.finishing.reports.samples import filings
from xlperf.core.errors import InputError, OutputError
from xlperf.declarations.profile import load_profile
from xlperf.finishing.reports.summary_report import summary_document, summary_paragraphs, write_summary
from xlperf.finishing.rollup.collect import roll_up
from xlperf.finishing.rollup.rollup_figures import LeftOut, Line, RollUp
from xlperf.workbooks.workbook_writer import writer_of

PROFILE = load_profile("hunan-yueyang-2024")


def line(name, **values) -> Line:
    return Line("1", name, PROFILE.id, 2024, values=values)


def rolled(*units, **settings) -> RollUp:
    return RollUp("湖南省岳阳市", 2024, list(units), [], {}, settings.pop("left_out", []), **settings)


def said(roll: RollUp) -> str:
    return "\n".join(paragraph.text for paragraph in summary_paragraphs(roll))


def amounts(budget, spent):
    return {"年初预算数": budget, "全年预算数": budget, "全年执行数": spent, "预算执行率": spent / budget}


def test_sums_and_rates():
    text = said(rolled(line("甲局", **amounts(100.0, 90.0)), line("乙局", **amounts(300.0, 270.5))))
    assert "全年预算合计400万元，全年执行合计360.5万元，总的预算执行率90.13%" in text


def test_units_beyond_a_limit_are_named():
    text = said(rolled(line("甲局", **amounts(100.0, 120.0)), line("乙局", **amounts(100.0, 90.0))))
    assert "执行数超过全年预算的1家：甲局。" in text


def test_limits_that_nobody_exceeds_are_not_mentioned():
    assert "超过" not in said(rolled(line("甲局", **amounts(100.0, 90.0))))


def test_a_rate_of_growth_is_of_units_that_have_both_years_and_sums_say_who_is_not_in_them():
    """甲 spends 8 after 10, 乙 spends 100 and has not filled in last year, 丙 no figure of these."""
    budget, spent, before = (f"三公经费_{name}" for name in ("本年预算数", "本年决算数", "上年决算数"))
    first, second = {budget: 9.0, spent: 8.0, before: 10.0}, {budget: 90.0, spent: 100.0}
    text = said(rolled(line("甲局", **first), line("乙局", **second), line("丙局")))
    assert "预算合计99万元，决算合计108万元" in text
    assert "比上年决算下降20%（有1家的数存疑或者没有填，没有全部计入）" in text


def test_long_lists_are_cut():
    units = [line(f"第{number}局", **amounts(100.0, 120.0)) for number in range(20)]
    assert "等20家。" in said(rolled(*units))


def test_missing_figures_are_not_written():
    text = said(rolled(line("甲局")))
    assert "万元" not in text
    assert "None" not in text


def test_who_has_not_filed_is_known_from_a_ledger_only():
    missing = [LeftOut("missing", "丙局", "没有收到", "3")]
    with_ledger = said(rolled(line("甲局"), left_out=missing, expected=2))
    assert "本次纳入自评的单位2家，收到并计入1家" in with_ledger
    assert "没有报送的1家：丙局。" in with_ledger
    assert "本次收到并计入1家单位" in said(rolled(line("甲局")))


def test_the_year_before():
    last = rolled(line("甲局", **amounts(100.0, 80.0)))
    text = said(rolled(line("甲局", **amounts(100.0, 100.0)), last=last))
    assert "全年执行数增长25%" in text


def test_of_what_units_filed(tmp_path):
    folder = tmp_path / "收到"
    folder.mkdir()
    writer = writer_of(PROFILE, working=False)
    for filing in filings(PROFILE.id)[1:4]:
        (folder / f"{filing.unit_code}_{filing.unit_name}.xlsx").write_bytes(writer.workbook(filing))
    roll = roll_up([folder])
    path = write_summary(roll, tmp_path / "报告")
    made = docx.Document(path)
    assert path.name == "湖南省岳阳市2024年度预算绩效自评工作情况报告.docx"
    names = [row.cells[1].text for row in made.tables[0].rows[1:]]
    assert names == [filing.unit_name for filing in filings(PROFILE.id)[1:4]]
    executed = [float(row.cells[3].text) for row in made.tables[0].rows[1:]]
    total = f"全年执行合计{round(sum(executed), 2):.15g}万元"
    assert any(total in paragraph.text for paragraph in made.paragraphs)
    with pytest.raises(OutputError, match="已经有了"):
        write_summary(roll, tmp_path / "报告")


def test_the_same_bytes_at_each_run():
    roll = rolled(line("甲 & 乙 {{ 局 }}", **amounts(100.0, 90.0)))
    assert summary_document(roll) == summary_document(roll)


def test_nothing_to_report(tmp_path):
    with pytest.raises(InputError, match="写不了全区的报告"):
        write_summary(rolled(), tmp_path)
