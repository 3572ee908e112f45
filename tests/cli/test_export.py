"""The command line of exporting."""

import sqlite3

import pytest

from tests.received import good as g


def test_a_database(xlperf, inbox, tmp_path):
    ended = xlperf("export", "收到", "-o", "sqlite:///全区.db")
    assert (ended.status, ended.out) == (0, "")
    assert "已写出 文件 1 行、问题 0 行、填报的值" in ended.err
    connection = sqlite3.connect(tmp_path / "全区.db")
    assert connection.execute("SELECT DISTINCT unit_name FROM filled_values").fetchall() == [
        (g.filing().unit_name,)
    ]
    connection.close()
    again = xlperf("export", "收到", "-o", "sqlite:///全区.db")
    assert again.status == 2
    assert "--force" in again.err
    assert xlperf("export", "收到", "-o", "sqlite:///全区.db", "--force").status == 0


def test_a_target_is_needed(xlperf, inbox):
    assert xlperf("export", "收到").status == 2
    assert xlperf("export", "收到", "-o", "").status == 2


def test_questions_and_an_answer(xlperf, inbox, tmp_path):
    pytest.importorskip("pyarrow")
    pytest.importorskip("duckdb")
    assert xlperf("export", "收到", "-o", "全区").status == 0
    listed = xlperf("ask", "全区")
    assert listed.status == 0
    assert "三公超预算：哪些单位的三公经费超预算" in listed.out
    answered = xlperf("ask", "全区", "分值分布", "--format", "csv")
    assert answered.status == 0
    assert answered.out.splitlines()[0] == "自,至,份数,占比（%）"
    assert xlperf("ask", "全区", "分值分布", "-o", "答案.xlsx").status == 0
    assert (tmp_path / "答案.xlsx").exists()
    assert "是不是“分值分布”" in xlperf("ask", "全区", "分值").err
