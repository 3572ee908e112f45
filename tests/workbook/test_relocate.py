"""Addresses moved from a blank to a longer table, expected by counting rows on paper."""

import pytest

from xlperf.forms import load_profile, place
from xlperf.workbook.relocate import Relocation


@pytest.fixture(scope="module")
def longer() -> Relocation:
    """基础数据表 with four special funds instead of one: rows 17 and below move by three."""
    form = load_profile("hunan-yueyang-2024").forms["基础"]
    return Relocation(place(form), place(form, {"专项": 4}))


@pytest.fixture(scope="module")
def shorter() -> Relocation:
    """整体表 with two indicators instead of the nine of rows 14 to 22."""
    form = load_profile("hunan-yueyang-2024").forms["整体"]
    return Relocation(place(form), place(form, {"指标": 2}))


@pytest.mark.parametrize(
    ("blank", "moved"),
    [
        ("A15", "A15"),
        ("B16", "B16:B19"),
        ("A17", "A20"),
        ("B6:G9 F16", "B6:G9 F16:F19"),
        ("A1:G27", "A1:G30"),
        ("B13:C22", "B13:C25"),
        ("A40", "A43"),
    ],
)
def test_ranges_grow_with_the_table(longer: Relocation, blank: str, moved: str) -> None:
    assert longer.areas(blank) == moved


@pytest.mark.parametrize(
    ("blank", "moved"),
    [("G14:G22", "G14:G15"), ("B14:B17", "B14:B15"), ("A23:F23", "A16:F16"), ("A13:A22", "A13:A15")],
)
def test_ranges_shrink_with_the_table(shorter: Relocation, blank: str, moved: str) -> None:
    assert shorter.areas(blank) == moved


@pytest.mark.parametrize(
    ("blank", "moved"),
    [
        ("'基础数据表'!$A$1:$G$27", "'基础数据表'!$A$1:$G$30"),
        ("'基础数据表'!$F$16", "'基础数据表'!$F$16:$F$19"),
        ("'基础数据表'!$D$17", "'基础数据表'!$D$20"),
        ("'基础数据表'!$1:$2", "'基础数据表'!$1:$2"),
        ("'基础数据表'!$15:$17,'基础数据表'!$A:$A", "'基础数据表'!$15:$20,'基础数据表'!$A:$A"),
    ],
)
def test_names_refer_to_the_moved_ranges(longer: Relocation, blank: str, moved: str) -> None:
    assert longer.reference(blank) == moved


@pytest.mark.parametrize(
    ("blank", "moved"),
    [
        ("SUM(B16:B16)+B17", "SUM(B16:B19)+B20"),
        ('IF($B$17>1,"B17",F6)', 'IF($B$20>1,"B17",F6)'),
        ("公用经费_本年决算数*2", "公用经费_本年决算数*2"),
        ("'专项','B17'", "'专项','B17'"),
        ("B16>0", "B16>0"),
    ],
)
def test_formulas_keep_texts_and_names(longer: Relocation, blank: str, moved: str) -> None:
    assert longer.formula(blank) == moved
