"""The values of a form's cells → the JSON that a perfect reader extracts, with every official field."""

import re
import unicodedata
from typing import Any

from tests.layouts.content import Content, figure, parse, wording

Json = dict[str, Any]
KINDS = {"project": "project_self_eval", "unit": "unit_self_eval", "basic": "basic_data"}
MONEY = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
GOALS = ("年度总体目标/预期目标", "年度总体目标/实际完成情况")
SIGNATURE = ("填表人", "填报日期", "联系电话", "单位负责人签字")
NOT_MONEY = ("分值", "执行率", "得分", "到位率", "完成率")
_CAR = "三公经费/公务用车购置和维护经费"
BASIC = (
    "三公经费",
    _CAR,
    f"{_CAR}/公车购置",
    f"{_CAR}/公车运行维护",
    "三公经费/出国经费",
    "三公经费/公务接待",
    "项目支出",
    "项目支出/业务工作经费",
    "项目支出/运行维护经费",
    "公用经费",
    "公用经费/办公经费",
    "公用经费/水费、电费、差旅费",
    "公用经费/会议费、培训费",
    "政府采购金额",
    "部门基本支出预算调整",
)
HOUSES = (
    "批复规模（㎡）",
    "实际规模（㎡）",
    "规模控制率",
    "预算投资（万元）",
    "实际投资（万元）",
    "投资概算控制率",
)
INCOME = ("一般公共预算", "政府性基金拨款", "纳入专户管理的非税收入拨款", "其他资金")
_POINTS = re.compile(r"\s*[（(]\s*(\d+)\s*(?:分|%|％)?\s*[）)]$")


def official(kind: str, year: int) -> list[str]:
    """Every field of the official form of a kind."""
    if kind == "project":
        sources = ("年度资金总额", "当年财政拨款", "上年结转资金", "其他资金")
        money = [f"项目资金/{source}/{column}" for source in sources for column in MONEY]
        top = ["项目支出名称", "主管部门", "实施单位"]
        return [*top, *money, *GOALS, "总分/分值", "总分/得分", *SIGNATURE]
    if kind == "unit":
        money = [f"年度预算申请/年度资金总额/{column}" for column in MONEY]
        money += [f"年度预算申请/按收入性质分/{name}" for name in INCOME]
        money += [f"年度预算申请/按支出性质分/{name}" for name in ("基本支出", "项目支出")]
        return ["预算部门名称", *money, *GOALS, "总分/分值", "总分/得分", *SIGNATURE]
    staff = [f"财政供养人员情况/{name}" for name in ("编制数", f"{year}年实际在职人数", "控制率")]
    columns = (f"{year - 1}决算数", f"{year}预算数", f"{year}决算数")
    money = [f"{row}/{column}" for row in BASIC for column in columns]
    houses = [f"楼堂馆所控制情况/{name}" for name in HOUSES]
    return [*staff, *money, *houses, "厉行节约保障措施", *SIGNATURE]


class Form:
    """The fields and indicator rows of one form."""

    def __init__(self, kind: str, year: int, options: set[str]) -> None:
        self.official = KINDS[kind]
        self.options = options
        self.fields: Json = dict.fromkeys(official(kind, year))
        self.columns: list[str] = []
        self.indicators: list[Json] = []
        self._above: Json = {}
        self._across = False

    def put(self, path: str, content: Content, read: Content) -> None:
        """A value cell; ``read`` where a reader takes something else than the cell shows."""
        value = figure(content if read is None else read, "目标" in path)
        root, _, last = path.rpartition("/")
        in_yuan = "yuan" in self.options and root.startswith(("项目资金", "年度预算申请")) and read is None
        if in_yuan and last not in NOT_MONEY and isinstance(value, int | float):
            value = round(value / 10000, 8)
        if path in self.fields and self.fields[path] is not None and value != self.fields[path]:
            raise ValueError(f"{path}: {self.fields[path]}, {value}")
        self.fields[path] = value

    def under(self, level1: str) -> None:
        """The rows that follow have no cell for their level 1: a row across the table names it."""
        self._above = {"level1": {"level1": level1, "level1_points": None}, "level2": {"level2": None}}
        self._across = True

    def add(self, values: list[tuple[str, Content]]) -> None:
        """A row of an indicator, by the names of its columns."""
        row: dict[str, Content] = {name: value for name, value in values if name != "-"}
        made: Json = {"level1": None, "level1_points": None, "level2": None}
        if self._across:
            made |= self._above["level1"]
        for level in ("level1", "level2"):
            if level in row:
                made |= self._level(level, row[level])
        made["level3"] = wording(row.get("level3"))
        made["target"] = wording(row.get("target"))
        if "value" in row:
            made["target"], parts = _joined(row)
        made["actual"] = wording(row.get("actual"))
        made |= {name: _number(row.get(name)) for name in ("weight", "score")}
        made["deviation"] = figure(row.get("deviation"))
        if "value" in row:
            made["target_parts"] = parts
        self.indicators.append(made)

    def _level(self, name: str, content: Content) -> Json:
        """A level and its printed points; ``~`` and 同上 are below the cell that says it."""
        if content in (None, "~", "同上"):
            return self._above[name]
        text = wording(content) or ""
        points = _POINTS.search(text)
        made = {name: _POINTS.sub("", text)}
        if name == "level1":
            made["level1_points"] = int(points[1]) if points else None
            self._above["level2"] = {"level2": None}
        self._above[name] = made
        return made

    def json(self) -> Json:
        """``fields``, ``notes`` and ``indicators``."""
        return {"fields": self.fields, "notes": {}, "indicators": self.indicators}


def _number(content: Content) -> Any:
    """Points: 20, "20分", 20% and full width ２０ are 20."""
    text = unicodedata.normalize("NFKC", wording(content) or "")
    number = parse(re.sub(r"[%％分]$", "", text)) if text else None
    return number if isinstance(number, int | float) else figure(content)


def _joined(row: dict[str, Content]) -> tuple[str | None, Json]:
    sign, value, unit = (wording(row.get(name)) for name in ("sign", "value", "unit"))
    parts = {"指标值": figure(row.get("value")), "度量单位": unit}
    if "sign" in row:
        parts = {"指标性质": sign, **parts}
    if value is None:
        return None, parts
    return f"{sign if sign and not sign.startswith('定') else ''}{value}{unit or ''}", parts
