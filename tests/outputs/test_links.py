"""Links of the problem list: relative where both can be moved, escaped where it must be."""

from pathlib import Path

import pytest

from xlperf.declarations.findings import Location
from xlperf.outputs.finding_texts import cell_target, file_target


@pytest.mark.parametrize(
    ("file", "target"),
    [
        ("收到/101 君山.xlsx", "收到/101%20君山.xlsx"),
        ("a#b.xlsx", "a%23b.xlsx"),
        ("100%.xlsx", "100%25.xlsx"),
        ("a%20b.xlsx", "a%2520b.xlsx"),
        ("[1]{2}^`.xlsx", "%5B1%5D%7B2%7D%5E%60.xlsx"),
        ("a?b<c>.xlsx", "a%3Fb%3Cc%3E.xlsx"),
        ("a'b(1)&c.xlsx", "a'b(1)&c.xlsx"),
        ("./收到/../a.xlsx", "a.xlsx"),
        ("", ""),
        ("a\x07.xlsx", ""),
        ("a\udc80.xlsx", ""),
        ("长" * 2100, ""),
    ],
)
def test_relative_targets(file, target):
    assert file_target(file, Path("清单.xlsx")) == target


def test_list_in_a_folder_above_or_next_to_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert file_target("b/c.xlsx", Path("b/清单.xlsx")) == "c.xlsx"
    assert file_target(str(tmp_path / "b" / "c.xlsx"), Path("清单.xlsx")) == "b/c.xlsx"
    outside = file_target("b/c 1.xlsx", Path("out/清单.xlsx"))
    assert outside == f"file:///{tmp_path.as_posix().lstrip('/')}/b/c%201.xlsx"


def test_without_a_place_for_the_list():
    assert file_target("a.xlsx", None).startswith("file:///")


@pytest.mark.parametrize(
    ("sheet", "cell", "target"),
    [
        ("整体支出绩效自评表", "B4", "'整体支出绩效自评表'!B4"),
        ("项目 1", "", "'项目 1'!A1"),
        ("张'三", "B4:C5", "'张''三'!B4:C5"),
        ("", "B4", ""),
    ],
)
def test_places_in_the_workbook(sheet, cell, target):
    assert cell_target(Location(sheet=sheet, cell=cell)) == target
