"""Forms that were read by labels → records of a profile's form."""

from tests.intake.reading.drawn import page, reading
from xlperf.declarations.profile import load_profile
from xlperf.intake.page_records import page_record

PROFILE = load_profile("hunan-yueyang-2024")


def record(rows, guessed=False):
    """The record of the only form on a page."""
    document = reading(page(rows))
    [form] = document.forms
    return page_record(form, document, PROFILE, guessed=guessed)


def test_only_the_rows_below_the_special_funds_are_special_funds():
    headings = ["经费控制情况（万元）", "2023年决算数", "2024年预算数", "2024年决算数"]
    made = record(
        [
            ["2024年度部门整体支出绩效评价基础数据表", "<", "<", "<"],
            headings,
            ["三公经费", "5", "6", "7"],
            ["项目支出：", "60", "70", "80"],
            ["1、业务工作经费支出情况", "10", "20", "30"],
            ["2、运行维护经费", "20", "20", "20"],
            ["3、市级专项资金（一个专项一行）", "30", "30", "30"],
            ["防汛抗旱专项", "30", "30", "30"],
            ["公用经费", "8", "8", "8"],
        ]
    )
    assert [row["专项名称"] for row in made.record.tables["专项"]] == ["防汛抗旱专项"]
    assert "项目支出/业务工作经费支出情况/2024决算数" in made.more


def test_a_percentage_without_its_sign_is_printed_to_the_hundredth():
    """93 behind the unit % is 93 %, not 0.93 to the whole number."""
    made = record(
        [
            ["2024年度部门整体支出绩效评价基础数据表", "<", "<", "<", "<", "<"],
            ["序号", "项 目", "计量单位", "2023年决算数", "2024年预算数", "2024年决算数"],
            ["1", "编制数", "人", "", "", "40"],
            ["2", "2024年实际在职人数", "人", "", "", "38"],
            ["3", "控制率", "%", "", "", "93"],
            ["4", "三公经费", "万元", "9.6", "10.5", "9.1"],
        ]
    )
    assert made.record.fields["在职人员控制率"] == 0.93
    assert made.record.provenance["在职人员控制率"].digits == 2
