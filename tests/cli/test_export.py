"""The command line of exporting."""

import sqlite3

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
