"""Names of units, projects and sheets: what makes no difference, and what is only proposed."""

import pytest

from xlperf.notation.text import is_same_name, is_short_form, likely_names, name_key


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("青禾镇人民政府(本级)", "青禾镇人民政府（本级）"),
        ("青禾镇人民政府【本级】", "青禾镇人民政府〔本级〕"),
        ("第二〇六地质队", "第二○六地质队"),
        ("第二〇六地质队", "第二O六地质队"),
        ("第二〇六地质队", "第二０六地质队"),
        ("君山区水利局", "君山区⽔利局"),
        ("长江航道局", "⻓江航道局"),
        ("君山区水利局", "君山区\n水利局"),
        ("君山区水利局", "君山区\u200b水利\ufeff局\u3000"),
        ("君山区水利局", "市直-君山区水利局"),
        ("君山区水利局", "市直－君山区水利局"),
        ("君山区水利局", "[101001]君山区水利局"),
        ("君山区水利局", "［１０１００１］君山区水利局"),
        ("君山区水利局", "101001-君山区水利局"),
        ("君山区水利局", "【101001】市直-君山区水利局"),
        ("ＸＸ公司", "xx公司"),
        ("“两河”指挥部", "两河指挥部"),
        ("201", "２０１"),
    ],
)
def test_one_name_in_two_spellings(name, other):
    assert is_same_name(name, other)
    assert is_same_name(other, name)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("君山区水利局", "君山区林业局"),
        ("2023年道路", "2024年道路"),
        ("[2023]道路", "[2024]道路"),
        ("第二中学", "第三中学"),
        ("市直机关工委", "机关工委"),
        ("101", "102"),
        ("001_1", "002_1"),
        ("", ""),
        ("项目支出绩效自评表1", "项目支出绩效自评表2"),
    ],
)
def test_different_names(name, other):
    assert not is_same_name(name, other)


def test_a_name_is_never_wholly_a_prefix():
    assert name_key("[101001]") == "(101001)"
    assert name_key("市直-") == "市直-"


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("青禾镇人民政府", ["君山区青禾镇人民政府"]),
        ("岳阳市君山区青禾镇人民政府", ["君山区青禾镇人民政府"]),
        ("君山区青禾镇人民政府（本级）", ["君山区青禾镇人民政府"]),
        ("君山区卫健局", ["君山区卫生健康局"]),
        ("君山区青禾震人民政府", ["君山区青禾镇人民政府"]),
        ("君山区林业局", []),
        ("政府", []),
        ("", []),
    ],
)
def test_what_is_only_proposed(name, proposed):
    assert likely_names(name, ["君山区青禾镇人民政府", "君山区卫生健康局", "第二〇六地质队"]) == proposed


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("教育局", ["岳阳市教育局"]),
        ("水利局", ["岳阳市水利局（本级）"]),
        ("考试院", ["岳阳市教育局考试院中心"]),
        ("幼儿园", []),
        ("林业局", []),
        ("120", []),
    ],
)
def test_a_name_of_three_letters_is_the_only_one_that_ends_with_it_or_has_it(name, proposed):
    known = [
        *("岳阳市教育局", "岳阳市教育局考试院中心", "岳阳市水利局（本级）", "岳阳市120急救中心"),
        *("岳阳市第一幼儿园", "岳阳市第二幼儿园"),
    ]
    assert likely_names(name, known) == proposed


def test_several_that_fit_are_all_proposed():
    known = ["甲县青禾中心小学", "乙县青禾中心小学", "丙县白鹭小学"]
    assert likely_names("青禾中心小学", known) == known[:2]


def test_a_short_form_is_the_end_of_the_full_name():
    assert is_short_form("青禾镇人民政府", "君山区青禾镇人民政府")
    assert not is_short_form("局", "水利局")
    assert not is_short_form("", "水利局")


def test_an_endless_text_takes_no_time():
    assert len(name_key("(1" * 100_000)) <= 200
    assert likely_names("a" * 100_000, ["b" * 100_000]) == []
