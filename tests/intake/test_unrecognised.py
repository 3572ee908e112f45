"""Nothing recognised: the message says what came nearest, how near, and what is missing."""

from dataclasses import replace

from tests.intake import wordfiles as w
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.profile import load_profile
from xlperf.intake import fixed_texts as form_likeness
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.fixed_texts import assessment, nearest
from xlperf.intake.open_any import open_book

HEADINGS = [["一级指标", "二级指标", "三级指标", "指标解释"], ["投入", "预算", "预算完成率", "……"]]


def written(folder, lines):
    path = folder / "a.docx"
    path.write_bytes(w.document(w.plain(lines)))
    return path


def test_a_table_with_a_few_of_the_labels(tmp_path):
    """Three of the fixed texts, each of which the project form has once."""
    path = written(tmp_path, HEADINGS)
    profile = load_profile("hunan-yueyang-2024")
    found = nearest(open_book(path).sheets, profile)
    texts = [cell.text for row in found.form.rows for cell in row.cells if any(map(str.isalnum, cell.text))]
    assert found.share == 3 / len(texts)
    assert "三级指标" not in found.missing
    assert "总分" in found.missing
    (finding,) = read_filing(path, profile).findings
    assert finding.code == "F130"
    assert "“表1”" in finding.message
    assert f"《{found.form.id}》" in finding.message
    assert "至少要 40%" in finding.message


def test_a_table_with_none_of_them(tmp_path):
    (finding,) = read_filing(written(tmp_path, [["会议", "通知"]])).findings
    assert finding.code == "F130"
    assert "没有一处文字与附件表样相同" in finding.message


def test_a_share_that_would_do_is_not_called_too_small(monkeypatch, tmp_path):
    sheets = open_book(written(tmp_path, HEADINGS)).sheets
    found = nearest(sheets, load_profile("hunan-yueyang-2024"))
    monkeypatch.setattr(form_likeness, "nearest", lambda *_: replace(found, share=0.4))
    said = form_likeness.why(sheets, None)
    assert "只有" not in said
    assert "至少" not in said


def test_a_scoring_table_alone_is_no_error(tmp_path):
    form = assessment()
    lines = [[cell.text for cell in row.cells if cell.text] for row in form.rows]
    (finding,) = read_filing(written(tmp_path, [line for line in lines if line])).findings
    assert finding.code == "F136"
    assert finding.severity is Severity.NOTE
    assert form.id in finding.message
