"""The command line of annotated copies: what is said, what is written, how it ends."""

import zipfile

import openpyxl
import pytest

from tests.outputs.annotate import samples as s
from tests.received import good as g

UNIT = "君山区青禾镇人民政府"


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "收到"
    folder.mkdir()
    (folder / "错.xlsx").write_bytes(s.bad())
    (folder / "003_好.xlsx").write_bytes(g.good())
    return folder


def test_copies_are_written_and_errors_end_with_1(xlperf, inbox, tmp_path):
    ended = xlperf("annotate", "收到", "-o", "批注", "-v", "--ignore", "D")
    assert (ended.status, ended.out) == (1, "")
    assert (
        f"{UNIT}/错.xlsx\n批注/{UNIT}/退回通知.docx\n已生成 1 份批注稿、1 份退回通知，1 份没有" in ended.err
    )
    assert openpyxl.load_workbook(tmp_path / "批注" / UNIT / "错.xlsx").sheetnames[-1] == "问题"
    assert not (tmp_path / "批注" / "003_好.xlsx").exists()


def test_only_what_is_asked_for_is_annotated(xlperf, inbox, tmp_path):
    xlperf("annotate", "收到/错.xlsx", "-o", "批注", "--select", "B502")
    rows = list(openpyxl.load_workbook(tmp_path / "批注" / UNIT / "错.xlsx")["问题"].iter_rows(min_row=4))
    assert [row[-1].value for row in rows] == ["B502"]


def test_exempted_findings_are_not_annotated(xlperf, inbox, tmp_path):
    (tmp_path / "豁免.json").write_text(
        '[{"code": "B502", "unit": "*", "reason": "已批复", "until": "9999-12-31"}]', "utf-8"
    )
    xlperf("annotate", "收到/错.xlsx", "-o", "批注", "--exempt", "豁免.json")
    rows = openpyxl.load_workbook(tmp_path / "批注" / UNIT / "错.xlsx")["问题"].iter_rows(min_row=4)
    assert "B502" not in {row[-1].value for row in rows}


def test_a_file_without_copy_is_listed_with_its_findings(xlperf, inbox):
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04")
    ended = xlperf("annotate", "收到", "-o", "批注")
    assert ended.status == 1
    assert "坏.xlsx" in ended.out
    assert "1 份没有批注稿（原因见上）" in ended.err


def test_files_in_an_archive_are_annotated_with_the_others(xlperf, inbox, tmp_path):
    with zipfile.ZipFile(inbox / "004_某站.zip", "w") as archive:
        archive.writestr("自评表.xlsx", s.bad())
    ended = xlperf("annotate", "收到", "-o", "批注", "--ignore", "D")
    assert ended.status == 1
    assert sorted(path.name for path in (tmp_path / "批注").rglob("*.xlsx")) == ["自评表.xlsx", "错.xlsx"]
    ended = xlperf("check", "收到/004_某站.zip/自评表.xlsx", "收到/004_某站.zip/没有.xlsx")
    assert ended.status == 1
    assert "没有.xlsx" in ended.out


def test_a_second_run_does_not_take_its_own_output(xlperf, inbox):
    xlperf("annotate", "收到", "-o", "收到/批注", "--ignore", "D")
    ended = xlperf("annotate", "收到", "-o", "收到/批注", "--ignore", "D")
    assert (ended.status, ended.out) == (2, "")
    assert "错误：文件夹“收到/批注”里已有 2 个要写的文件" in ended.err
    ended = xlperf("annotate", "收到", "-o", "收到/批注", "--ignore", "D", "--force", "--fail-on", "从不")
    assert ended.status == 0
    assert "已生成 1 份批注稿" in ended.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("annotate", "收到"), "缺少选项 -o / --output。"),
        (("annotate", "没有", "-o", "批注"), "找不到“没有”"),
        (("annotate", "收到", "-o", "批注", "--select", "K"), "没有以“K”开头的问题代码"),
    ],
)
def test_wrong_calls(xlperf, inbox, words, sentence):
    ended = xlperf(*words)
    assert ended.status == 2
    assert sentence in ended.err


def test_what_no_copy_can_show_is_listed(xlperf, inbox, tmp_path):
    (tmp_path / "豁免.json").write_text(
        '[{"code": "B502", "unit": "*", "reason": "已批复", "until": "2001-01-01"}]', "utf-8"
    )
    assert "E901" in xlperf("annotate", "收到/错.xlsx", "-o", "批注", "--exempt", "豁免.json").out
