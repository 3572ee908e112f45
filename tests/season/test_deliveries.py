"""What units hand in themselves is a round like others: for the register, the notices, the dates."""

import hashlib
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.season import season_files as s
from tests.season.test_copying import of_unit
from tests.season.test_receiving import DAY, season, second
from xlperf.cli import run
from xlperf.finishing.grading.days import KnownDays, days_of_register
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.runner import Runner
from xlperf.ooxml.limits import LIMITS
from xlperf.season.codes import Codes
from xlperf.season.deliveries import DeliveredFile, Deliveries, Delivery, DeliveryState
from xlperf.season.delivery_check import CheckOptions, check_delivery
from xlperf.season.receiving import receive
from xlperf.season.review import review
from xlperf.season.season_records import Unit, UnitState
from xlperf.season.store import Store

__all__ = ["season"]
MOMENT = datetime.fromisoformat("2026-03-25T16:30:00+08:00")


@pytest.fixture(scope="module")
def runner():
    with Runner(1, LIMITS, load_declarations) as made:
        yield made


def hand_in(store: Store, folder: Path, code: str, files: dict[str, bytes]) -> Delivery:
    """A package of the unit with this code, acknowledged."""
    made = []
    for number, (name, data) in enumerate(files.items()):
        path = folder / f"{len(store.rounds())}-{number}"
        path.write_bytes(data)
        made.append(DeliveredFile(name, len(data), hashlib.sha256(data).hexdigest(), path))
    (unit,) = [unit for unit in store.units() if unit.code == code]
    return Deliveries(store).add(unit, made, MOMENT)


def checked(store: Store, delivery: Delivery, runner: Runner) -> set[str]:
    """The codes that the unit sees after the check."""
    check_delivery(store, delivery.receipt, runner, CheckOptions(), day=date(2026, 3, 26))
    found = Deliveries(store).get(delivery.receipt)
    assert found
    assert found.state is DeliveryState.DONE
    return {kept.finding.code for kept in Deliveries(store).findings(delivery.receipt)}


def state(store: Store, code: str) -> UnitState:
    return next(unit.state for unit in store.units() if unit.code == code)


def test_what_is_acknowledged_counts_before_it_is_read(season, tmp_path, capsys):
    name, data = second()
    made = hand_in(season, tmp_path, "002", {name: data})
    assert (made.round, state(season, "002")) == (1, UnitState.RECEIVED)
    known = KnownDays()
    days_of_register(tmp_path / "季.db", known)
    assert sorted(code for code, _ in known.missing) == ["001", "003"]
    assert run(["rounds", "accept", str(tmp_path / "季.db"), "002"]) == 1
    assert "还没有审核过" in capsys.readouterr().out
    assert run(["rounds", "remind", str(tmp_path / "季.db"), "-o", str(tmp_path / "催.xlsx")]) == 0
    rows = openpyxl.load_workbook(tmp_path / "催.xlsx").active.iter_rows(min_row=4, values_only=True)
    assert {row[1] for row in rows} == {"001", "003"}


def test_the_bureau_checks_what_no_service_has(season, tmp_path, capsys):
    name, data = second()
    made = hand_in(season, tmp_path, "002", {name: data})
    assert run(["rounds", "check", str(tmp_path / "季.db"), "-o", str(tmp_path / "清单.json")]) == 0
    assert "审核了 1 个单位" in capsys.readouterr().err
    deliveries = Deliveries(season)
    assert deliveries.get(made.receipt).state is DeliveryState.DONE
    (unit,) = [unit for unit in season.units() if unit.code == "002"]
    shown = [kept.finding.message for kept in deliveries.findings(made.receipt)]
    assert shown == [kept.finding.message for kept in season.findings(unit.id)[unit.id]]
    assert [file.path for file in deliveries.checked_files(made.receipt)] == [name]
    assert not season.packages(unchecked=True)


def test_the_day_it_came_is_the_day_of_the_round(season, tmp_path, runner):
    name, data = second()
    checked(season, hand_in(season, tmp_path, "002", {name: data}), runner)
    (made,) = season.rounds()
    assert (made.day, made.by) == (date(2026, 3, 25), "网上报送")
    assert "收到 1 个文件" in [event.text for event in season.events()]


def test_as_by_receiving_and_checking_by_hand(season, tmp_path, runner):
    name, data = second()
    by_unit = checked(season, hand_in(season, tmp_path, "002", {name: data}), runner)
    other = tmp_path / "另"
    (other / "收到").mkdir(parents=True)
    s.write_ledger(other / "台账.xlsx", 3)
    (other / "收到" / name).write_bytes(data)
    assert run(["rounds", "start", str(other / "季.db"), "--ledger", str(other / "台账.xlsx")]) == 0
    with Store(other / "季.db") as by_hand:
        receive(by_hand, [other / "收到"], day=DAY)
        review(by_hand, day=DAY)
        (held,) = by_hand.findings().values()
    (unit,) = [unit for unit in season.units() if unit.code == "002"]
    here = season.findings(unit.id)[unit.id]
    assert [kept.finding for kept in here] == [kept.finding for kept in held]
    assert by_unit == {kept.finding.code for kept in held}


def test_another_units_workbook_is_filed_under_neither(season, tmp_path, runner):
    (_, first), (name, data), _ = s.workbooks(3).items()
    made = hand_in(season, tmp_path, "001", {name: data})
    assert checked(season, made, runner) == {"D923"}
    assert [state(season, code) for code in ("001", "002")] == [UnitState.MISSING, UnitState.MISSING]
    assert season.packages() == {}
    (file,) = season.files()
    assert (file.unit, name[4:-5] in file.unread) == (None, True)
    both = hand_in(season, tmp_path, "001", {"附件.xlsx": first, name: data})
    assert "D923" in checked(season, both, runner)
    assert state(season, "001") is UnitState.RECEIVED
    assert [file.path for file in season.files(next(iter(season.packages())))] == ["附件.xlsx"]


def test_an_archive_is_kept_as_it_came_and_by_its_files(season, tmp_path, runner):
    name, data = second()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(f"附件/{name}", data)
        archive.writestr("附件/照片.jpg", b"x")
    made = hand_in(season, tmp_path, "002", {"一包.zip": stream.getvalue()})
    assert "F139" in checked(season, made, runner)
    assert [file.path for file in season.files() if file.digest] == [f"一包.zip/附件/{name}"]
    (kept,) = Deliveries(season).files(made.receipt)
    assert season.content(kept.digest) == stream.getvalue()


def test_nothing_readable_is_a_finding(season, tmp_path, runner):
    made = hand_in(season, tmp_path, "003", {"附件.xlsx": b"no workbook", "说明.pdf": b"x"})
    found = checked(season, made, runner)
    assert found & {"F102", "F103", "F104", "F105", "F106"}
    assert "F139" in found


def test_sent_again_unchanged_and_then_mended(season, tmp_path, runner):
    name, data = second()
    first = checked(season, hand_in(season, tmp_path, "002", {name: data}), runner)
    again = hand_in(season, tmp_path, "002", {name: data})
    assert checked(season, again, runner) == first
    assert state(season, "002") is UnitState.RECEIVED
    assert "完全相同" in season.events()[-1].text
    mended = hand_in(season, tmp_path, "002", {name: s.workbooks(3)[name]})
    checked(season, mended, runner)
    assert state(season, "002") is UnitState.AGAIN
    open_now = [kept for kept in Deliveries(season).findings(mended.receipt) if kept.state.is_open]
    assert len(open_now) < len(Deliveries(season).findings(again.receipt))


def test_two_packages_before_either_is_read(season, tmp_path, runner):
    name, data = second()
    first = hand_in(season, tmp_path, "002", {name: data})
    later = hand_in(season, tmp_path, "002", {name: s.workbooks(3)[name]})
    assert run(["rounds", "check", str(tmp_path / "季.db")]) == 0
    deliveries = Deliveries(season)
    assert {deliveries.get(made.receipt).state for made in (first, later)} == {DeliveryState.DONE}
    counts = [len(deliveries.findings(made.receipt)) for made in (first, later)]
    assert counts[0] > 0
    assert state(season, "002") is UnitState.AGAIN


def test_whoever_comes_second_changes_nothing(season, tmp_path, runner):
    name, data = second()
    made = hand_in(season, tmp_path, "002", {name: data})
    checked(season, made, runner)
    events = season.events()
    check_delivery(season, made.receipt, runner, CheckOptions(), day=DAY)
    assert run(["rounds", "check", str(tmp_path / "季.db")]) == 0
    assert season.events() == events


def test_a_copy_of_another_unit_is_said_without_its_name(season, tmp_path, runner):
    (_, first), (name, _), _ = s.workbooks(3).items()
    checked(season, hand_in(season, tmp_path, "001", {"附件.xlsx": first}), runner)
    made = hand_in(season, tmp_path, "002", {name: of_unit(first, "002")})
    assert "D903" in checked(season, made, runner)
    owner = s.filings(3)[0].unit_name
    messages = [kept.finding.message for kept in Deliveries(season).findings(made.receipt)]
    assert not [message for message in messages if owner in message]
    (unit,) = [unit for unit in season.units() if unit.code == "002"]
    assert any(owner in kept.finding.message for kept in season.findings(unit.id)[unit.id])


def test_a_batch_that_was_received_is_known_again_after_a_delivery(season, tmp_path):
    name, data = second()
    (tmp_path / "收到" / name).write_bytes(data)
    assert receive(season, [tmp_path / "收到"], day=DAY).number == 1
    hand_in(season, tmp_path, "001", {"附件.xlsx": b"x"})
    assert receive(season, [tmp_path / "收到"], day=DAY).number == 0


def test_what_was_given_up_is_tried_again(season, tmp_path, runner, capsys):
    name, data = second()
    made = hand_in(season, tmp_path, "002", {name: data})
    deliveries = Deliveries(season)
    with season.change():
        deliveries.set_state(made.receipt, DeliveryState.FAILED)
    assert run(["rounds", "check", str(tmp_path / "季.db")]) == 0
    assert made.receipt in capsys.readouterr().err
    deliveries.try_again()
    assert checked(season, made, runner)


def test_codes_are_for_the_units_of_the_ledger(season, tmp_path):
    with season.change():
        season.add_unit(Unit(0, "999", "名册里没有的", is_listed=False))
    assert run(["rounds", "codes", str(tmp_path / "季.db"), "-o", str(tmp_path / "码.xlsx")]) == 0
    rows = openpyxl.load_workbook(tmp_path / "码.xlsx").active.iter_rows(min_row=4, values_only=True)
    assert {row[0] for row in rows} == {"001", "002", "003"}


def test_codes_are_written_once_and_renewed_when_asked(season, tmp_path, capsys):
    where = str(tmp_path / "季.db")
    url = "https://jx.example:8775"
    assert run(["rounds", "codes", where, "-o", str(tmp_path / "码.xlsx"), "--url", url]) == 0
    rows = [*openpyxl.load_workbook(tmp_path / "码.xlsx").active.iter_rows(min_row=4, values_only=True)]
    assert [row[0] for row in rows] == ["001", "002", "003"]
    for code, _, given, link in rows:
        assert link == f"{url}/intake#{given}"
        (unit,) = [unit for unit in season.units() if unit.code == code]
        assert Codes(season).unit_of(given) == unit.id
    capsys.readouterr()
    assert run(["rounds", "codes", where, "-o", str(tmp_path / "又.xlsx")]) == 0
    assert "3 个单位已有报送码" in capsys.readouterr().err
    assert not (tmp_path / "又.xlsx").exists()
    assert run(["rounds", "codes", where, "002", "-o", str(tmp_path / "换.xlsx"), "--renew"]) == 0
    assert Codes(season).unit_of(rows[0][2]) is not None
    assert Codes(season).unit_of(rows[1][2]) is None
    assert run(["rounds", "codes", where, "002", "-o", str(tmp_path / "换.xlsx"), "--renew"]) == 2
