"""The days that are left, and the file of a season."""

from contextlib import suppress
from datetime import date

import pytest

from tests.long import long
from xlperf.core.errors import InputError
from xlperf.season.register import days_left
from xlperf.season.season_records import Unit, UnitState
from xlperf.season.store import Store


@pytest.mark.parametrize(
    ("due", "day", "text"),
    [
        (date(2024, 4, 15), date(2024, 4, 12), "还剩 1 个工作日"),
        (date(2024, 5, 6), date(2024, 4, 30), "还剩 1 个工作日"),
        (date(2024, 4, 15), date(2024, 4, 15), "今天到期"),
        (date(2024, 4, 12), date(2024, 4, 15), "逾期 1 个工作日"),
        (date(2024, 4, 12), date(2024, 4, 13), "逾期 1 天"),
        (date(2024, 4, 14), date(2024, 4, 13), "还剩 1 天"),
        (None, date(2024, 4, 15), "没有定期限"),
    ],
)
def test_working_days(due, day, text):
    assert days_left(due, day) == (text, None)


def test_a_year_whose_holidays_are_not_known_is_said_and_not_guessed():
    assert days_left(date(2099, 4, 15), date(2099, 4, 5)) == ("还剩 10 天", 2099)
    assert days_left(date(2099, 4, 5), date(2099, 4, 15)) == ("逾期 10 天", 2099)


def test_a_change_is_made_whole_or_not_at_all(tmp_path):
    with Store(tmp_path / "季.db", create=True) as store:
        with store.change():
            store.add_unit(Unit(0, "001", "甲局"))
        with suppress(RuntimeError), store.change():
            store.add_unit(Unit(0, "002", "乙局"))
            raise RuntimeError
    with Store(tmp_path / "季.db") as store:
        assert [(unit.title, unit.state) for unit in store.units()] == [("001 甲局", UnitState.MISSING)]


def test_files_that_are_no_season(tmp_path):
    with pytest.raises(InputError, match="找不到报送登记"):
        Store(tmp_path / "没有.db")
    (tmp_path / "别的.db").write_bytes(b"x" * 5000)
    with pytest.raises(InputError, match="不是报送登记"):
        Store(tmp_path / "别的.db")
    (tmp_path / "空.db").write_bytes(b"")
    with pytest.raises(InputError, match="不是报送登记"):
        Store(tmp_path / "空.db")
    with Store(tmp_path / "季.db", create=True), pytest.raises(InputError, match="已经有了"):
        Store(tmp_path / "季.db", create=True)


@long
def test_another_run_that_writes_is_waited_for_and_named(tmp_path):
    with Store(tmp_path / "季.db", create=True) as store, Store(tmp_path / "季.db") as other:
        other._database.execute("PRAGMA busy_timeout = 1")
        with store.change(), pytest.raises(InputError, match="另一处正在写"), other.change():
            pass
