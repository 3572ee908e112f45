"""Addresses moved from a blank to a longer table, expected by counting rows on paper."""

import pytest

from xlperf.declarations.form_layout import place
from xlperf.declarations.profile import load_profile
from xlperf.workbooks.sheet_xml import Relocation


@pytest.fixture(scope="module")
def longer() -> Relocation:
    """基础数据表 with four special funds instead of one: rows 18 and below move by three."""
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
        ("B17", "B17:B20"),
        ("A18", "A21"),
        ("B6:G9 F17", "B6:G9 F17:F20"),
        ("A1:G28", "A1:G31"),
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
        ("'基础数据表'!$A$1:$G$28", "'基础数据表'!$A$1:$G$31"),
        ("'基础数据表'!$F$17", "'基础数据表'!$F$17:$F$20"),
        ("'基础数据表'!$D$18", "'基础数据表'!$D$21"),
        ("'基础数据表'!$1:$2", "'基础数据表'!$1:$2"),
        ("'基础数据表'!$16:$18,'基础数据表'!$A:$A", "'基础数据表'!$16:$21,'基础数据表'!$A:$A"),
    ],
)
def test_names_refer_to_the_moved_ranges(longer: Relocation, blank: str, moved: str) -> None:
    assert longer.reference(blank) == moved


@pytest.mark.parametrize(
    ("blank", "moved"),
    [
        ("SUM(B17:B17)+B18", "SUM(B17:B20)+B21"),
        ('IF($B$18>1,"B18",F6)', 'IF($B$21>1,"B18",F6)'),
        ("公用经费_本年决算数*2", "公用经费_本年决算数*2"),
        ("'专项','B17'", "'专项','B17'"),
        ("B17>0", "B17>0"),
    ],
)
def test_formulas_keep_texts_and_names(longer: Relocation, blank: str, moved: str) -> None:
    assert longer.formula(blank) == moved
