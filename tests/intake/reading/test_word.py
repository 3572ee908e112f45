"""Word tables: continued, nested, with lines above and below."""

from tests.intake.reading.drawn import page, reading
from xlperf.intake.page import NESTED, TABLE
from xlperf.intake.reading.export import exported

HEADINGS = ["一级指标", "二级指标", "三级指标", "指标值", "实际完成值", "分值", "得分"]


def table(rows, **more):
    made = page(rows, **{"kind": TABLE, "grid": (1000,) * 7, **more})
    return made


def test_a_table_goes_on_over_the_page():
    first = table(
        [
            ["项目名称", "路灯", "<", "<", "<", "<", "<"],
            HEADINGS,
            ["产出指标", "数量指标", "灯", "5盏", "5盏", "50", "50"],
        ],
        before=("项目支出绩效自评表", "（2023年度）"),
    )
    second = table(
        [["效益指标", "社会效益", "亮灯", "95%", "", "50", "48"], ["总分", *["<"] * 4, "100", "98"]]
    )
    made = exported(reading(first, second))
    [form] = made["forms"]
    assert [row["level3"] for row in form["indicators"]] == ["灯", "亮灯"]
    assert form["indicators"][1]["actual"] is None
    assert (form["fields"]["总分/分值"], form["fields"]["总分/得分"]) == (100, 98)
    assert made["report"]["year"] == 2023
    assert "sheet" not in form


def test_a_nested_table_belongs_to_the_form_around_it():
    outer = table(
        [["项目名称", "助餐点", *["<"] * 5], ["项目资金（元）", "", *["<"] * 5], HEADINGS],
        before=("项目支出绩效自评表",),
    )
    around = next(cell for cell in outer.cells if (cell.r0, cell.c0) == (1, 1))
    inner = page(
        [["资金来源", "全年预算数", "全年执行数"], ["年度资金总额", "580000", "522000"]],
        kind=NESTED, parent=around, owner=outer,
    )  # fmt: skip
    [form] = exported(reading(outer, inner))["forms"]
    assert form["fields"]["项目资金/年度资金总额/全年预算数"] == 58
    assert form["fields"]["项目资金/年度资金总额/全年执行数"] == 52.2


def test_signatures_in_a_paragraph_below():
    rows = [
        ["项目名称", "路灯", *["<"] * 5],
        HEADINGS,
        ["产出指标", "数量指标", "灯", "5盏", "5盏", "50", "50"],
    ]
    read = reading(table(rows, before=("项目支出绩效自评表",)), tail=("填表人：李某　　联系电话：123",))
    [form] = exported(read)["forms"]
    assert form["fields"]["填表人"] == "李某"
    assert form["fields"]["联系电话"] == "123"


def test_headings_repeated_without_one_of_them_are_no_indicator():
    first = table(
        [
            ["项目名称", "路灯", *["<"] * 5],
            HEADINGS,
            ["产出指标", "数量指标", "灯", "5盏", "5盏", "50", "50"],
        ],
        before=("项目支出绩效自评表",),
    )
    again = ["", *HEADINGS[1:]]
    second = table([again, ["效益指标", "社会效益", "亮灯", "95%", "96%", "50", "50"]])
    [form] = exported(reading(first, second))["forms"]
    assert [row["level3"] for row in form["indicators"]] == ["灯", "亮灯"]
