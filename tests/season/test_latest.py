"""What every unit sent last, out of the register and into a folder."""

from datetime import date

import pytest

from tests.season import season_files as s
from xlperf.core.errors import OutputError
from xlperf.season.latest import LatestFilings, write_latest
from xlperf.season.receiving import receive
from xlperf.season.season_records import UnitState
from xlperf.season.start import start
from xlperf.season.store import Store


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    """A season of three units: the first sent twice, then in two files of one name; the third nothing."""
    folder = tmp_path_factory.mktemp("season")
    s.write_ledger(folder / "台账.xlsx", 3)
    start(folder / "季.db", str(folder / "台账.xlsx"), "", due=None, day=date(2026, 4, 1), by="")
    (first, good), (second, other) = [*s.workbooks(3).items()][:2]
    units = [first.removesuffix(".xlsx"), second.removesuffix(".xlsx")]
    bad = s.spoiled(good, s.WRONG)
    sent = {f"1/{first}": bad, f"1/{second}": other, f"2/{units[0]}/上/表.xlsx": bad}
    for place, content in {**sent, f"2/{units[0]}/下/表.xlsx": good}.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(content)
    with Store(folder / "季.db") as store:
        for number in (1, 2):
            receive(store, [folder / f"{number}"], day=date(2026, 4, 10), by="")
        yield store, units, {"表.xlsx": bad, "表（2）.xlsx": good}, {second: other}


def counts(written: LatestFilings) -> tuple[int, int]:
    return written.units, written.files


def test_the_last_package_of_each_unit_as_it_came(season, tmp_path):
    store, units, *packages = season
    assert counts(write_latest(store, tmp_path / "最后报送")) == (2, 3)
    for unit, package in zip(units, packages, strict=True):
        found = (tmp_path / "最后报送" / unit).iterdir()
        assert {path.name: path.read_bytes() for path in found} == package
    assert sorted(tmp_path.iterdir()) == [tmp_path / "最后报送"]


def test_only_named_or_accepted_units(season, tmp_path):
    store, (_, second), *_ = season
    unit = store.units()[1]
    write_latest(store, tmp_path / "一家", [unit])
    assert [path.name for path in (tmp_path / "一家").iterdir()] == [second]
    assert counts(write_latest(store, tmp_path / "没有签收", accepted=True)) == (0, 0)
    unit.state = UnitState.ACCEPTED
    with store.change():
        store.put_unit(unit)
    assert counts(write_latest(store, tmp_path / "签收的", accepted=True)) == (1, 1)


def test_a_folder_with_anything_in_it_is_left_alone(season, tmp_path):
    store, *_ = season
    (tmp_path / "有").mkdir()
    write_latest(store, tmp_path / "有")
    before = sorted((tmp_path / "有").rglob("*"))
    with pytest.raises(OutputError, match="已经有东西"):
        write_latest(store, tmp_path / "有")
    assert sorted((tmp_path / "有").rglob("*")) == before
