"""Tidy tables: pandas adds them up to what the roll-up says; the same in .csv, Parquet and a database."""

import sqlite3

import pandas as pd
import pytest

from tests.finishing.rollup import district
from xlperf.core.errors import OutputError
from xlperf.finishing.rollup.collect import roll_up
from xlperf.finishing.rollup.tidy import frames, tables_destination


@pytest.fixture(scope="module")
def rolled(tmp_path_factory):
    changes = {1: district.over_staffed, 3: district.in_yuan}
    return roll_up([district.write(tmp_path_factory.mktemp("d") / "收到", district.filings(5), changes)])


def test_sums_over_the_tables_are_the_totals(rolled):
    tables = frames(rolled)
    for column in ("年初预算数", "全年执行数", "公用经费_本年决算数", "编制数"):
        assert tables["单位"][column].sum() == pytest.approx(rolled.total(column).value)
        assert tables["单位"][column].count() == rolled.total(column).units
    assert tables["项目"]["全年执行数"].sum() == pytest.approx(
        rolled.total("全年执行数", projects=True).value
    )
    assert tables["问题"]["个数"].sum() == sum(sum(line.problems.values()) for line in rolled.units)


def test_csv_and_database_hold_the_same(rolled, tmp_path):
    tables_destination(str(tmp_path / "表"))(rolled)
    tables_destination(f"sqlite:///{tmp_path / '汇总.db'}")(rolled)
    connection = sqlite3.connect(tmp_path / "汇总.db")
    for name, frame in frames(rolled).items():
        read = pd.read_csv(tmp_path / "表" / f"{name}.csv", dtype={"单位编码": str})
        stored = pd.read_sql_query(f'SELECT * FROM "{name}"', connection)
        assert len(read) == len(stored) == len(frame)
        assert [*read.columns] == [*stored.columns] == [*frame.columns]
    stored = pd.read_sql_query('SELECT * FROM "单位"', connection)
    connection.close()
    assert stored["全年执行数"].sum() == pytest.approx(rolled.total("全年执行数").value)


def test_parquet_where_the_library_is_there(rolled, tmp_path):
    pytest.importorskip("pyarrow")
    tables_destination(str(tmp_path / "表"))(rolled)
    read = pd.read_parquet(tmp_path / "表" / "单位.parquet")
    assert read["全年执行数"].sum() == pytest.approx(rolled.total("全年执行数").value)


def test_tables_that_are_there_are_kept_unless_forced(rolled, tmp_path):
    for target in (str(tmp_path / "表"), f"sqlite:///{tmp_path / '汇总.db'}"):
        tables_destination(target)(rolled)
        with pytest.raises(OutputError):
            tables_destination(target)
        tables_destination(target, force=True)(rolled)


def test_a_text_that_begins_like_a_formula_is_harmless_in_a_csv(rolled, tmp_path):
    name, rolled.units[0].name = rolled.units[0].name, "=cmd|' /C calc'!A0"
    try:
        tables_destination(str(tmp_path / "表"))(rolled)
    finally:
        rolled.units[0].name = name
    assert ",'=cmd|" in (tmp_path / "表" / "单位.csv").read_text("utf-8-sig")
