"""Next year's template of a place that is declared: the draft says what is new, in a few lines."""

import pytest

from tests.drafting import samples as s
from tests.drafting.test_round_trip import assert_same
from xlperf.drafting import draft_file
from xlperf.workbooks.workbook_writer import new_bytes


@pytest.fixture
def book():
    """The 2024 template of 岳阳 as that of 2025 would be, worded the same."""
    book = s.official("hunan-yueyang-2024")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("2024年", "2025年").replace("2023年", "2024年")
    return book


def drafted(book, folder, **options):
    book.save(folder / "官方.xlsx")
    draft = draft_file(folder / "官方.xlsx", **options)
    assert draft.base == "hunan-yueyang-2024"
    assert_same(draft, book)
    return draft


def test_only_the_year_is_new(book, tmp_path):
    draft = drafted(book, tmp_path)
    assert draft.profile["year"] == 2025
    assert draft.id == "hunan-yueyang-2025"
    assert draft.profile["name"] == "湖南省岳阳市 2025 年度"
    assert "patch" not in draft.profile


def test_a_text_of_the_profile(book, tmp_path):
    book.worksheets[1]["A3"] = "区级预算部门名称"
    assert drafted(book, tmp_path).profile["texts"] == {"预算部门名称": "区级预算部门名称"}


def test_a_label(book, tmp_path):
    book.worksheets[0]["A11"] = "3、公务招待"
    draft = drafted(book, tmp_path)
    assert draft.profile["patch"] == {"基础": {"rows": {"接待": {"cells": {"A": "3、公务招待"}}}}}
    assert [str(question) for question in draft.questions if question.cell == "A11"] == [
        "基础数据表 A11：“3、公务接待”改成了“3、公务招待”：只是改了说法，还是换了内容（要换字段）？"
    ]


def test_weights_and_levels(book, tmp_path):
    sheet = book.worksheets[1]
    sheet["B14"], sheet["B18"] = "产出指标\n（40分）", "效益指标\n（40分）"
    draft = drafted(book, tmp_path)
    levels = draft.profile["indicators"]
    assert [(level["level1"], level["weight"]) for level in levels["整体"]] == [
        ("产出指标", 40),
        ("效益指标", 40),
        ("满意度指标", 10),
    ]
    assert [level["weight"] for level in levels["项目"]] == [50, 30, 10]


def test_the_points_of_execution_in_both_forms(book, tmp_path):
    for sheet, funds, total in ((1, "G5", "G23"), (2, "G6", "G22")):
        assert book.worksheets[sheet][funds].value == 10
        book.worksheets[sheet][funds] = 20
        book.worksheets[sheet][total] = None
    draft = drafted(book, tmp_path)
    assert draft.profile["parameters"] == {"执行分值": 20}
    assert "patch" not in draft.profile


def test_a_new_row_in_the_middle(book, tmp_path):
    areas = {"A21": "培训讲课费", "B21:C21": None, "D21:E21": None, "F21:G21": None}
    s.insert_row(book.worksheets[0], 21, areas)
    patch = drafted(book, tmp_path).profile["patch"]["基础"]
    assert list(patch["rows"]) == ["培训讲课费"]
    assert set(patch["fields"]) == {
        f"培训讲课费_{name}" for name in ("上年决算数", "本年预算数", "本年决算数")
    }
    assert {spec["type"] for spec in patch["fields"].values()} == {"amount"}
    at = patch["order"].index("培训讲课费")
    assert patch["order"][at - 1 : at + 2] == ["水电差旅费", "培训讲课费", "会议培训费"]


def test_a_new_row_next_to_a_label_of_several_rows(book, tmp_path):
    areas = {"B10:D10": "上年结转：", "F10:H10": None}
    s.insert_row(book.worksheets[1], 10, areas)
    patch = drafted(book, tmp_path).profile["patch"]["整体"]
    assert patch["rows"]["资金表头"] == {"cells": {"A": {"text": "年度\n预算\n申请\n（万元）", "down": 8}}}
    assert patch["fields"] == {"上年结转": {"type": "amount"}}


def test_a_row_that_is_gone_leaves_the_sums(book, tmp_path):
    s.delete_row(book.worksheets[0], 10)
    draft = drafted(book, tmp_path)
    patch = draft.profile["patch"]["基础"]
    assert "出国" not in patch["order"]
    form = draft.assembled().forms["基础"]
    assert form.fields["三公经费_本年决算数"].formula_text == (
        'IF(COUNT(公车_本年决算数,接待_本年决算数)=0,"",SUM(公车_本年决算数,接待_本年决算数))'
    )


def test_columns_that_are_merged_otherwise(book, tmp_path):
    """项目 row 4: 主管部门 to column D, 实施单位 from E: the row is drafted again, its fields stay."""
    sheet = book.worksheets[2]
    for area in ("B4:E4", "F4:G4"):
        sheet.unmerge_cells(area)
    sheet["F4"] = None
    sheet["E4"] = "实施单位"
    for area in ("B4:D4", "E4:G4"):
        sheet.merge_cells(area)
    patch = drafted(book, tmp_path).profile["patch"]["项目"]
    assert patch["rows"] == {
        "主管部门2025": {
            "height": 26,
            "cells": {"A": "主管部门", "B:D": "@主管部门", "E:G": "实施单位", "H:I": "@实施单位"},
        }
    }


def test_a_form_more_and_a_form_less(book, tmp_path):
    del book[book.sheetnames[2]]
    sheet = book.create_sheet("附表4")
    for area, text in s.ELSEWHERE.items():
        sheet[area.partition(":")[0]] = text
        if ":" in area:
            sheet.merge_cells(area)
    book.save(tmp_path / "官方.xlsx")
    draft = draft_file(tmp_path / "官方.xlsx")
    assert list(draft.forms) == [f"hunan-yueyang-2025-{next(iter(draft.profile['forms']))}"]
    assert any("仍照 hunan-yueyang-2024 保留" in question.text for question in draft.questions)
    assert draft.assembled().forms.keys() >= {"基础", "整体", "项目", *draft.profile["forms"]}


@pytest.mark.parametrize(("sheet", "row"), [(0, 10), (1, 8), (2, 9)])
def test_rules_about_a_row_that_is_gone_do_not_stop_a_working_copy(sheet, row, book, tmp_path):
    s.delete_row(book.worksheets[sheet], row)
    profile = drafted(book, tmp_path).assembled()
    assert new_bytes(profile)
