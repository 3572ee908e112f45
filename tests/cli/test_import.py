"""The command line of importing: what is written, what is printed, how it ends."""

import json

import pytest

from tests.received import good as g
from tests.received.spoiling import KINDS
from xlperf.outputs.machine_reports import export_file


def test_a_working_copy(xlperf, inbox, tmp_path):
    ended = xlperf("import", "收到", "-o", "稿")
    assert (ended.status, ended.out) == (0, "")
    assert "已生成 1 份工作稿，用时" in ended.err
    assert (tmp_path / "稿" / f"{g.filing().unit_name}.xlsx").exists()


def test_conversions_are_one_line_each(xlperf, inbox):
    (inbox / "好.xlsx").write_bytes(KINDS["yuan_typed"]())
    ended = xlperf("import", "收到", "-o", "稿")
    assert ended.status == 0
    heading, line = ended.out.splitlines()
    assert heading.endswith("好.xlsx（I101）")
    assert "元” → " in line
    assert xlperf("import", "收到", "-o", "稿", "--force", "--fail-on", "提示").status == 1


def test_a_file_that_cannot_be_read(xlperf, inbox):
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04")
    ended = xlperf("import", "收到", "-o", "稿")
    assert ended.status == 1
    assert "F115" in ended.out
    assert "已生成 1 份工作稿，1 个文件没有用上（原因见上）" in ended.err


def test_json_of_one_file_and_of_several(xlperf, inbox):
    ended = xlperf("import", "收到/好.xlsx", "--format", "json")
    assert ended.status == 0
    assert json.loads(ended.out) == export_file(inbox / "好.xlsx")
    assert json.loads(ended.out)["account"]["counts"]["value"] > 0
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04")
    ended = xlperf("import", "收到", "--format", "json")
    assert [exported["source"] for exported in json.loads(ended.out)] == ["好.xlsx"]
    assert ended.status == 1
    assert "坏.xlsx：" in ended.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import", "收到"), "缺少选项 -o / --output"),
        (("import", "没有", "-o", "稿"), "找不到“没有”"),
        (("import", "收到", "-o", "稿", "-p", "没有"), "没有"),
    ],
)
def test_wrong_calls(xlperf, inbox, words, sentence):
    ended = xlperf(*words)
    assert ended.status == 2
    assert sentence in ended.err
