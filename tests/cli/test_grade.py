"""xlperf grade: what it writes and says, and options that it does not take."""

import openpyxl
import pytest


def test_a_folder_is_graded_and_the_next_step_named(xlperf, inbox, tmp_path):
    ended = xlperf("grade", inbox, "--deadline", "公开=2026-07-30", "-o", "评分")
    assert ended.status == 0, ended.err
    names = sorted(path.suffix for path in (tmp_path / "评分").iterdir())
    assert names == [".docx", ".xlsx", ".xlsx"]
    assert "已评 1 家：评完 0 家，待评 1 家" in ended.err
    assert "再运行一次，填写的会保留" in ended.err
    (table,) = (tmp_path / "评分").glob("*_考核评分表.xlsx")
    standards = [cell.value for cell in openpyxl.load_workbook(table)["考核评分表"]["D"]]
    assert any(str(text).startswith("2026年7月30日前") for text in standards)


WRONG = [
    (("--deadline", "公布=2026-07-30"), "线上报送、公开"),
    (("--deadline", "公开=七月底"), "名称=日期"),
    (("--dates", "没有.xlsx"), "没有日期表"),
    (("--rounds", "没有.db"), "没有.db"),
    (("--scores", "没有"), "county-bands"),
]


@pytest.mark.parametrize(("options", "said"), WRONG, ids="".join)
def test_what_cannot_be_used_is_said_in_a_sentence(xlperf, inbox, tmp_path, options, said):
    ended = xlperf("grade", inbox, *options, "-o", "评分")
    assert ended.status == 2
    assert said in ended.err
    assert not (tmp_path / "评分").exists()
