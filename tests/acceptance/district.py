"""A small district with figures that are added up easily: its ledger, and what a person writes in reports."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import docx
import openpyxl

POINTS = {
    "产出指标": {"数量指标": 12.5, "质量指标": 12.5, "时效指标": 12.5, "成本指标": 12.5},
    "效益指标": {"经济效益指标": 7.5, "社会效益指标": 7.5, "生态效益指标": 7.5, "可持续影响指标": 7.5},
    "满意度指标": {"服务对象满意度指标": 10},
}
"""The points of the profile, shared out evenly: 50, 30 and 10 with the 10 for execution."""
WRITTEN = {
    "问题": "一是部分项目的绩效指标不够细。二是资产台账更新不够及时。",
    "措施": "一是编制预算时把指标细化到季度。二是每季度盘点一次资产。",
    "其他": "按照部门职责和年度工作计划组织实施，情况如上。",
}
"""What a person writes where only a person can."""


@dataclass(frozen=True)
class Made:
    """A unit's year, in 万元; pairs are (budget, spent), triples (last year, budget, spent).

    The budget is not adjusted; 三公经费 is all for guests, 项目支出 all one project of 业务工作经费.
    """

    code: str
    name: str
    posts: int
    staff: int
    money: tuple[float, float]
    project: tuple[float, float]
    guests: tuple[float, float, float]
    running: tuple[float, float, float]
    bought: tuple[float, float]
    last_project: float
    did: str = "全年"

    @property
    def basic(self) -> float:
        """What was spent on staff and running."""
        return self.money[1] - self.project[1]

    @property
    def title(self) -> str:
        """How its files and folders are called."""
        return f"{self.code}_{self.name}"


ROADS = Made("101", "某某市交通局", 20, 20, (1000, 980), (100, 98), (8, 8, 6), (150, 160, 152), (40, 40), 90)
WOODS = Made(
    "102", "某某市林业局", 30, 33, (1500, 1485), (200, 198), (6, 6, 5), (200, 210, 205), (20, 20), 180
)
PAPERS = Made("103", "某某市档案馆", 10, 10, (500, 490), (50, 49), (2, 2, 1), (60, 60, 57), (10, 10), 45)
MUSIC = Made("104", "某某市文化馆", 12, 12, (600, 588), (60, 58), (1, 1, 1), (70, 70, 69), (5, 5), 55)
UNITS = (ROADS, WOODS, PAPERS, MUSIC)
Row = dict[str, object]


def next_year(unit: Made) -> Made:
    """The same unit a year later: this year's results are last year's; a tenth more of everything else."""
    more = [round(value * 1.1, 2) for value in (*unit.money, *unit.project)]
    _, guests, spent_on_guests = unit.guests
    _, running, spent_on_running = unit.running
    return replace(
        unit,
        money=(more[0], more[1]),
        project=(more[2], more[3]),
        guests=(spent_on_guests, guests, spent_on_guests),
        running=(spent_on_running, running + 10, spent_on_running + 10),
        last_project=unit.project[1],
        did="次年",
    )


def rows(unit: Made) -> dict[str, Sequence[Row]]:
    """The rows of the ledger: sheet → rows by heading."""
    key = {"单位编码": unit.code}
    whole: Row = {**key, "单位名称": unit.name, "编制数": unit.posts, "在职人数": unit.staff}
    whole |= {"主管部门": unit.name, "厉行节约保障措施": "严格执行公务接待、办公用品采购审批制度。"}
    whole |= {
        "预期目标": "完成本年度各项重点工作，保障机关正常运转。",
        "实际完成情况": f"{unit.name}{unit.did}完成了年度各项重点工作。",
    }
    goals = {
        "预期目标": "按计划完成全年业务工作，经费支出合规。",
        "实际完成情况": f"{unit.name}的项目已按计划完成。",
    }
    project: Row = {
        **key,
        "项目编号": "1",
        "项目名称": f"{unit.name}专项业务",
        "主管部门": unit.name,
        **goals,
    }
    for heading, value in zip(
        ("年初预算数", "全年预算数", "全年执行数"), (*unit.project[:1] * 2, unit.project[1]), strict=True
    ):
        project |= {f"财政拨款·{heading}": value, f"上年结转·{heading}": 0, f"其他资金·{heading}": 0}
    indicators = [row for number in ("", "1") for row in _indicators(unit, number)]
    return {"单位": [whole], "支出": [{**key, **_amounts(unit)}], "项目": [project], "指标": indicators}


def _amounts(unit: Made) -> Row:
    found: Row = {}
    for period, at in (("上年决算数", 0), ("本年预算数", 1), ("本年决算数", 2)):
        guests, running = unit.guests[at], unit.running[at]
        project = (unit.last_project, *unit.project)[at]
        found |= dict.fromkeys((f"公车购置·{period}", f"公车运行·{period}", f"出国·{period}"), 0)
        found |= {f"接待·{period}": guests, f"业务工作经费·{period}": project}
        found[f"运行维护经费·{period}"] = 0
        found |= {f"公用经费·{period}": running, f"办公经费·{period}": running / 2}
        found |= {f"水电差旅费·{period}": running / 4, f"会议培训费·{period}": running / 4}
    budget, spent = unit.money
    found |= {"政府采购·本年预算数": unit.bought[0], "政府采购·本年决算数": unit.bought[1]}
    found |= {"基本支出预算调整·本年预算数": 0, "基本支出预算调整·本年决算数": 0}
    found |= {
        "年度资金总额·年初预算数": budget,
        "年度资金总额·全年预算数": budget,
        "年度资金总额·全年执行数": spent,
    }
    found |= {"收入·一般公共预算": spent, "收入·政府性基金": 0, "收入·专户非税": 0, "收入·其他资金": 0}
    return found | {"支出·基本支出": unit.basic, "支出·项目支出": unit.project[1]}


def _indicators(unit: Made, project: str) -> list[Row]:
    """A row for each second level, all reached."""
    place: Row = {"单位编码": unit.code, "项目编号": project}
    return [
        {
            **place,
            "一级指标": first,
            "二级指标": second,
            "三级指标": f"{second.removesuffix('指标')}完成率",
            "年度指标值": "≥95%",
            "实际完成值": "96%",
            "分值": points,
            "得分": points,
        }
        for first, children in POINTS.items()
        for second, points in children.items()
    ]


def fill_ledger(path: Path, units: Sequence[Made], *, only_blank: bool = False) -> None:
    """Type the figures of ``units`` below the headings of a blank ledger, or into the rows of one begun."""
    book = openpyxl.load_workbook(path)
    for sheet, given in _merged(units).items():
        page = book[sheet]
        headings = {cell.value: cell.column for cell in page[1]}
        taken = {
            _key(sheet, {h: page.cell(r, c).value for h, c in headings.items()}): r
            for r in range(2, page.max_row + 1)
        }
        for row in given:
            number = taken.get(_key(sheet, row)) or _free(page)
            for heading, value in row.items():
                cell = page.cell(number, headings[heading])
                if not (only_blank and cell.value is not None):
                    cell.value = value
    book.save(path)


def _merged(units: Sequence[Made]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for unit in units:
        for sheet, given in rows(unit).items():
            found.setdefault(sheet, []).extend(given)
    return found


def _key(sheet: str, row: Mapping[str, object]) -> tuple[str, ...]:
    names = ("单位编码", "项目编号", "一级指标", "二级指标") if sheet in {"指标", "项目"} else ("单位编码",)
    return tuple(str(row.get(name) or "") for name in names)


def _free(page: object) -> int:
    number = 2
    while page.cell(number, 1).value is not None:  # type: ignore[attr-defined]
        number += 1
    return number


def complete_report(path: Path) -> None:
    """Write in a report what only a person can, in place of each prompt."""
    document = docx.Document(str(path))
    heading = ""
    for paragraph in document.paragraphs:
        text = paragraph.text
        if text[1:2] == "、" or text[2:3] == "、":
            heading = text
        if "【请填写" in text:
            words = next((said for name, said in WRITTEN.items() if name in heading), WRITTEN["其他"])
            paragraph.text = words
    stream = io.BytesIO()
    document.save(stream)
    path.write_bytes(stream.getvalue())
