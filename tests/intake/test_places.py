"""Profiles that fit a file alike: the place and year that it names decide, else the most general."""

import pytest

from tests.intake import wordfiles as w
from tests.intake.test_relabel import PROJECT
from xlperf.checks.text_stage import profile_of_title
from xlperf.declarations.profile import load_profile
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.profile_choice import preferred_by

NATIONAL = "national-2020"


@pytest.mark.parametrize(
    ("heading", "profile"),
    [
        ("2022年度项目支出绩效自评表", NATIONAL),
        ("岳阳市某局2024年度项目支出绩效自评表", "hunan-yueyang-2024"),
        ("常宁市某局项目支出绩效自评表", "hunan-changning-2023"),
        ("长沙市望城区某局项目支出绩效自评表", "hunan-wangcheng-2020"),
    ],
)
def test_a_form_that_fits_several_profiles_alike(heading, profile, tmp_path):
    path = tmp_path / "自评.docx"
    path.write_bytes(w.document(w.paragraph(heading), w.plain(PROJECT)))
    assert read_filing(path).profile.id == profile


@pytest.mark.parametrize(
    ("title", "profile"),
    [
        ("2024年度岳阳市岳阳楼区某中心单位整体支出绩效自评报告", "hunan-yueyanglou-2024"),
        ("2024年度岳阳市君山区某办整体支出绩效自评报告", "hunan-yueyang-2024"),
        ("2020年度望城区某中心部门整体支出预算绩效自评报告", "hunan-wangcheng-2020"),
        ("某市某中心2023年整体支出绩效自评报告", NATIONAL),
        ("2019年度望城区某中心部门整体支出预算绩效自评报告", NATIONAL),
    ],
)
def test_the_title_of_a_report_without_tables(title, profile):
    assert (profile_of_title(title) or load_profile(NATIONAL)).id == profile


def test_a_place_within_another_is_more_than_the_other():
    text = "岳阳市岳阳楼区某中心"
    inner, outer = (load_profile(name) for name in ("hunan-yueyanglou-2024", "hunan-yueyang-2024"))
    assert preferred_by(text, inner) > preferred_by(text, outer) > preferred_by(text, load_profile(NATIONAL))
    assert preferred_by("岳阳市某局", outer) > preferred_by("岳阳市某局", inner)
