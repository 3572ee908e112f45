"""Made-up filings of any size for the tests of filling: only what a ledger gives, nothing computed."""

from collections.abc import Sequence

from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing, Record, Row
from xlperf.expressions import Value

LEVELS = [
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("效益指标", "社会效益指标"),
    ("满意度指标", "服务对象满意度指标"),
]


def indicators(count: int) -> list[Row]:
    """``count`` rows in the order of LEVELS, the last level taking what is left over."""
    rows: list[Row] = []
    for index in range(count):
        first, second = LEVELS[min(index * len(LEVELS) // max(count, 1), len(LEVELS) - 1)]
        rows.append(
            {
                "一级指标": first,
                "二级指标": second,
                "三级指标": f"完成第 {index + 1} 项任务",
                "年度指标值": "≥95%",
                "实际完成值": "98.5%",
                "分值": 2.5,
                "得分": 2.25,
                "偏差原因": None if index % 2 else "无",
            }
        )
    return rows


def funds(count: int) -> list[Row]:
    """``count`` special funds: 1.25, 2.5, 3.75 in the first row, and so many times more below."""
    return [
        {"专项名称": f"专项{n}", "上年决算数": 1.25 * n, "本年预算数": 2.5 * n, "本年决算数": 3.75 * n}
        for n in range(1, count + 1)
    ]


def basic(profile: Profile, fund_rows: Sequence[Row] = ()) -> Record:
    """A 基础数据表 with an amount in every input cell."""
    form = profile.forms["基础"]
    fields: dict[str, Value] = {
        name: 100.0 + number if field.type.number else "已落实"
        for number, (name, field) in enumerate(form.fields.items())
        if field.formula is None
    }
    return Record("基础", form.sheet_name(0), fields, {"专项": list(fund_rows)})


def overall(profile: Profile, rows: Sequence[Row]) -> Record:
    """A 整体支出绩效自评表."""
    fields: dict[str, Value] = {
        "单位名称": "某某局",
        "年度资金总额_年初预算数": 1000.0,
        "年度资金总额_全年预算数": 1203.5,
        "年度资金总额_全年执行数": 1185.36,
        "支出_基本支出": 969.32,
        "支出_项目支出": 234.18,
        "预期目标": "目标一；目标二",
        "实际完成情况": "全部完成",
        "填表人": "经办",
    }
    return Record("整体", profile.forms["整体"].sheet_name(0), fields, {"指标": list(rows)})


def project(profile: Profile, index: int, rows: Sequence[Row]) -> Record:
    """The ``index``-th project sheet; its amounts grow with the index."""
    fields: dict[str, Value] = {
        "项目名称": f"项目 {index + 1}",
        "主管部门": "某某局",
        "实施单位": "某某中心",
        "财政拨款_年初预算数": 50.0 + index,
        "财政拨款_全年预算数": 60.0 + index,
        "财政拨款_全年执行数": 55.5 + index,
        "上年结转_全年预算数": 3.0,
        "预期目标": "建成投用",
        "实际完成情况": "已投用",
    }
    return Record("项目", profile.forms["项目"].sheet_name(index), fields, {"指标": list(rows)})


def filing(
    profile: Profile,
    *,
    rows: int = 5,
    projects: int = 1,
    fund_rows: int = 1,
    code: str = "001",
    name: str = "某某局",
) -> Filing:
    """A whole filing with ``rows`` indicators on each sheet."""
    records = [basic(profile, funds(fund_rows)), overall(profile, indicators(rows))]
    records += [project(profile, index, indicators(rows)) for index in range(projects)]
    return Filing(code, name, profile.id, records)
