"""The actions on a working copy, whose helper sheets follow the forms."""

import xlperf
from tests.excel.actions.shown import coloured, listed, loaded, rows_of_findings, rows_of_list
from tests.received import good as g
from xlperf.excel.actions.ribbon import perform
from xlperf.intake.filing_reader import read_filing
from xlperf.jobs.strip import strip
from xlperf.workbooks.workbook_writer import new_bytes

OVERALL = "整体支出绩效自评表"


def test_a_working_copy_is_filled_checked_and_stripped(opened, person, plain, ledger, tmp_path):
    projects = len(g.filing().of("项目"))
    book = opened(new_bytes(g.PROFILE, projects=projects))
    perform("fill", person.will(ledger, True))
    cell = g.address("整体", "指标_得分", 1)
    book.sheets[OVERALL].range(cell).value = 99
    perform("check", person.will())
    assert person.bad == []
    path = tmp_path / "后.xlsx"
    book.api.save_copy(path)
    titles = loaded(path).sheetnames
    assert titles[-5:] == ["目录", "计分", "校验", "填充记录", "问题"]
    assert rows_of_list(listed(path)) == rows_of_findings(xlperf.check([path]).findings)
    assert coloured(path, "问题").keys() >= {(OVERALL, cell)}
    made = strip([path], tmp_path / "上报").files[0]
    (tmp_path / "批量.xlsx").write_bytes(plain)
    ours, theirs = (read_filing(path).filing.of("整体")[0] for path in (made, tmp_path / "批量.xlsx"))
    rows = [dict(row) for row in theirs.tables["指标"]]
    rows[1]["得分"] = 99.0
    assert ours.tables["指标"] == rows
