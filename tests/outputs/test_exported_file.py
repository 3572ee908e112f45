"""A received file as JSON: its values, what was not used and why, what is uncertain."""

import openpyxl
import pytest

from xlperf.declarations.profile import load_profile
from xlperf.outputs.machine_reports import export_file

PROFILE = load_profile("hunan-yueyang-2024")
LINES = [
    ["项目支出绩效自评表"],
    ["项目名称", "道路养护"],
    ["", "年初预算数", "全年预算数", "全年执行数"],
    ["年度资金总额", 100, 120, 90],
    ["", "", "", 77],
]


@pytest.fixture
def received(tmp_path):
    book = openpyxl.Workbook()
    for line in LINES:
        book.active.append([value or None for value in line])
    path = tmp_path / "自评.xlsx"
    book.save(path)
    return path


def test_every_filled_cell_is_accounted_for(received):
    account = export_file(received)["account"]
    assert sum(account["counts"].values()) == sum(value != "" for line in LINES for value in line)
    (unused,) = account["unused"]
    assert (unused["cell"], unused["text"]) == ("D5", "77")
    assert unused["reason"]


def test_amounts_without_a_printed_unit_are_uncertain(received):
    (form,) = export_file(received)["forms"]
    assert len(form["uncertain"]) == 3
    assert form["fields"]["项目资金/年度资金总额/全年执行数"] == 90
    assert "没有印金额单位" in form["uncertain"]["项目资金/年度资金总额/全年执行数"]["reason"]


def test_the_year_is_the_pages_else_that_of_the_profile_asked_for(received):
    assert export_file(received)["report"]["year"] is None
    assert export_file(received, PROFILE)["report"]["year"] == PROFILE.year
