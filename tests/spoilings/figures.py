"""Spoilings of what is said: figures, scores, weights and words that cannot be right."""

import re
from random import Random

from tests.spoilings.cells import OVERWRITTEN
from tests.spoilings.sources import Good, Target, one_of
from tests.spoilings.spoilt import EVERY, ExpectedFinding, Spoilt, expected, expected_at, kind, touched

_TOTALS = ("三公经费", "公车", "项目支出", "专项资金", "年度资金总额", "总分")
_GOAL = re.compile(r"([≥≤])([0-9.]+)(.*)")


def _total(target: Target) -> bool:
    return (
        isinstance(target.value, float)
        and target.declared.formula is not None
        and target.name.startswith(_TOTALS)
    )


def _amount(target: Target, *names: str) -> bool:
    return target.name.startswith(names) and isinstance(target.value, float) and target.number >= 10


def _digits(number: float) -> str:
    return f"{number:.2f}"


@kind("合计数字颠倒", EVERY)
def transposed(good: Good, chance: Random) -> Spoilt | None:
    """1206.16 → 1260.16: two neighbouring digits of a total exchanged."""
    target = one_of(good, chance, lambda cell: _total(cell) and bool(_exchanges(cell.number)))
    if target is None:
        return None
    content = good.with_values((target, chance.choice(_exchanges(target.number))))
    return Spoilt(content, (expected_at(target, *OVERWRITTEN),), touched(target))


def _exchanges(number: float) -> list[float]:
    text = _digits(number)
    swaps = [
        float(f"{text[:i]}{text[i + 1]}{text[i]}{text[i + 2 :]}")
        for i in range(len(text) - 1)
        if text[i] != text[i + 1] and "." not in text[i : i + 2]
    ]
    return [swap for swap in swaps if swap <= 100 or number > 100]


def _contradicted(target: Target) -> bool:
    """An amount that other cells contradict once it is wrong."""
    kinds = ("收入_", "支出_", "年度资金总额_全年执行数", "财政拨款_全年执行数")
    return _amount(target, *kinds) and target.declared.formula is None


@kind("分项漏打一位", EVERY)
def digit_dropped(good: Good, chance: Random) -> Spoilt | None:
    """183.60 → 18.60 in a figure that is given elsewhere too, or is part of a given sum."""
    target = one_of(good, chance, _contradicted)
    if target is None:
        return None
    text = _digits(target.number)
    digits = [i for i in range(text.index(".")) if float(text[:i] + text[i + 1 :]) != target.number]
    at = chance.choice(digits)
    content = good.with_values((target, float(text[:at] + text[at + 1 :] if len(text) > 4 else "0.1")))
    finding = expected("W601", "W602", "S627", "X801", "X802", "X804", "X805", "X807", "X806", "S625", "S628")
    return Spoilt(content, (finding,), touched(target))


@kind("决算小数点错位", EVERY)
def point_moved(good: Good, chance: Random) -> Spoilt | None:
    """公用经费 of this year ten times too large."""
    target = one_of(good, chance, lambda cell: _amount(cell, "公用经费_本年决算数"))
    return _ten_times(good, target, "B524", "B518", "X806", "B521") if target else None


@kind("预算小数点错位", EVERY)
def budget_point_moved(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, lambda cell: _amount(cell, "公用经费_本年预算数"))
    return _ten_times(good, target, "B529", "X821") if target else None


def _ten_times(good: Good, target: Target, *codes: str) -> Spoilt:
    return Spoilt(
        good.with_values((target, round(target.number * 10, 2))), (expected(*codes),), touched(target)
    )


@kind("一栏填成元", EVERY)
def column_in_yuan(good: Good, chance: Random) -> Spoilt | None:
    """All of this year's results of 基础数据表 in 元."""
    targets = [
        cell
        for cell in good.targets
        if cell.tab.form.alias == "基础"
        and cell.name.endswith("本年决算数")
        and isinstance(cell.value, float)
        and cell.declared.formula is None
        and cell.number
    ]
    content = good.with_values(*((cell, float(round(cell.number * 10000))) for cell in targets))
    return Spoilt(content, (expected("B523"),), touched(*targets))


@kind("资金填成元", EVERY)
def funds_in_yuan(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, lambda cell: cell.tab.form.alias == "整体" and _is_spent(cell))
    if target is None:
        return None
    content = good.with_values((target, float(round(target.number * 10000))))
    return Spoilt(content, (expected_at(target, "S632", "S627"),), touched(target))


def _is_spent(target: Target) -> bool:
    return _amount(target, "年度资金总额_全年执行数") and target.declared.formula is None


@kind("金额填成负数", EVERY)
def negative(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(
        good, chance, lambda cell: _amount(cell, "公用经费_", "办公经费_", "收入_", "支出_", "财政拨款_")
    )
    if target is None:
        return None
    content = good.with_values((target, -target.number))
    return Spoilt(content, (expected("B522", "W604", "P704", "S631"),), touched(target))


@kind("预算与执行填反", EVERY)
def budget_and_result_exchanged(good: Good, chance: Random) -> Spoilt | None:
    """The figures of 全年预算数 and 全年执行数 of a form exchanged."""

    def fits(target: Target) -> bool:
        return (
            _is_spent(target)
            and target.tab.form.alias == "整体"
            and _budget(good, target).number > target.number
        )

    target = one_of(good, chance, fits)
    if target is None:
        return None
    budget = _budget(good, target)
    content = good.with_values((target, budget.value), (budget, target.value))
    return Spoilt(content, (expected_at(target, "S627"),), touched(target, budget))


def _budget(good: Good, target: Target) -> Target:
    name = target.name.replace("执行", "预算")
    return next(cell for cell in good.targets if cell.tab is target.tab and cell.name == name)


@kind("在职人数超编", EVERY)
def too_many_people(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, lambda cell: cell.name == "在职人数")
    if target is None:
        return None
    content = good.with_values((target, target.number + chance.randint(20, 40)))
    return Spoilt(content, (expected_at(target, "B502"),), touched(target))


def _indicator(good: Good, chance: Random, column: str, fits: str = "") -> Target | None:
    def fits_column(target: Target) -> bool:
        return target.name == f"指标_{column}" and bool(re.match(fits, str(target.cells["年度指标值"])))

    return one_of(good, chance, fits_column)


def _in_same_row(good: Good, target: Target, column: str) -> Target:
    """The cell of another column in the same row."""
    at = (target.at[0], target.at[1], column)
    return next(cell for cell in good.targets if cell.tab is target.tab and cell.at == at)


@kind("得分高于分值", EVERY)
def score_above_weight(good: Good, chance: Random) -> Spoilt | None:
    target = _indicator(good, chance, "得分")
    if target is None:
        return None
    weight = target.cells["分值"]
    assert isinstance(weight, float)
    return Spoilt(good.with_values((target, weight + 1.5)), (expected_at(target, "S604"),), touched(target))


@kind("扣分没有原因", EVERY)
def no_reason(good: Good, chance: Random) -> Spoilt | None:
    target = _indicator(good, chance, "得分")
    if target is None or not target.number:
        return None
    content = good.with_values((target, round(target.number * 0.6, 2)))
    reason = _in_same_row(good, target, "偏差原因")
    return Spoilt(content, (expected_at(reason, "S613"),), touched(target, reason))


@kind("没完成得满分", EVERY)
def goal_missed(good: Good, chance: Random) -> Spoilt | None:
    target = _indicator(good, chance, "实际完成值", r"≥[0-9.]+\D")
    if target is None:
        return None
    goal = _GOAL.match(str(target.cells["年度指标值"]))
    assert goal
    done = f"{float(goal[2]) * 0.5:.4g}{goal[3]}"
    score = _in_same_row(good, target, "得分")
    content = good.with_values((target, done))
    return Spoilt(content, (expected_at(score, "S614", "S615"),), touched(target, score))


@kind("完成值写成不等式", EVERY)
def result_is_goal(good: Good, chance: Random) -> Spoilt | None:
    target = _indicator(good, chance, "实际完成值", "[≥≤]")
    if target is None:
        return None
    content = good.with_values((target, target.cells["年度指标值"]))
    return Spoilt(content, (expected_at(target, "S620"),), touched(target))


@kind("指标值与完成值填反", EVERY)
def goal_and_result_exchanged(good: Good, chance: Random) -> Spoilt | None:
    target = _indicator(good, chance, "年度指标值", "[≥≤]")
    if target is None:
        return None
    done = _in_same_row(good, target, "实际完成值")
    content = good.with_values((target, done.value), (done, target.value))
    return Spoilt(content, (expected_at(target, "S625"),), touched(target, done))


@kind("完成值单位不同", EVERY)
def another_unit(good: Good, chance: Random) -> Spoilt | None:
    target = _indicator(good, chance, "实际完成值", r"≥[0-9]+[户次件期]")
    if target is None:
        return None
    number = re.sub(r"\D", "", str(target.value))
    return Spoilt(
        good.with_values((target, f"{number}公里")), (expected_at(target, "S623"),), touched(target)
    )


@kind("分值不平", EVERY)
def weights_off(good: Good, chance: Random) -> Spoilt | None:
    target = _indicator(good, chance, "分值")
    if target is None:
        return None
    score = _in_same_row(good, target, "得分")
    changes = (target, target.number + 3), (score, target.number + 3)
    finding = ExpectedFinding(frozenset({"S605", "S607"}), target.tab.title, form=target.tab.form.alias)
    return Spoilt(good.with_values(*changes), (finding,), touched(target, score))


@kind("一级指标改名", EVERY)
def level_renamed(good: Good, chance: Random) -> Spoilt | None:
    first = _indicator(good, chance, "一级指标")
    if first is None:
        return None
    rows = [cell for cell in good.targets if cell.tab is first.tab and cell.name == first.name]
    group = [cell for cell in rows if cell.value == first.value]
    content = good.with_values(*((cell, "工作指标") for cell in group))
    finding = ExpectedFinding(frozenset({"S609"}), first.tab.title, form=first.tab.form.alias)
    return Spoilt(content, (finding,), touched(*group))


@kind("三级指标重复", EVERY)
def indicator_twice(good: Good, chance: Random) -> Spoilt | None:
    target = _indicator(good, chance, "三级指标")
    if target is None or target.at[1] == 0:
        return None
    above = next(o for o in good.targets if o.tab is target.tab and o.at == (target.at[0], 0, target.at[2]))
    content = good.with_values((target, above.value))
    finding = ExpectedFinding(frozenset({"S634"}), target.tab.title, form=target.tab.form.alias)
    return Spoilt(content, (finding,), touched(target))


@kind("单位名称被改", EVERY)
def unit_renamed(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, lambda cell: cell.name == "单位名称")
    if target is None:
        return None
    content = good.with_values((target, "临湘市白云镇人民政府"))
    return Spoilt(content, (expected("X815", "D906"),), touched(target), frozenset({"D906", "X815"}))


@kind("项目是别的项目", EVERY)
def project_copied_over(good: Good, chance: Random) -> Spoilt | None:
    """A sheet given the name, figures kept, of the sheet before: the same project twice."""
    projects = good.of("项目")
    if len(projects) < 2:
        return None
    names = [cell for cell in good.targets if cell.name == "项目名称"]
    first, second = chance.sample(names, 2)
    content = good.with_values((second, first.value))
    return Spoilt(content, (expected("X813"),), touched(second))


@kind("必填未填", EVERY)
def left_empty(good: Good, chance: Random) -> Spoilt | None:
    target = one_of(good, chance, lambda cell: _must_be_filled(cell) and cell.name != "单位名称")
    if target is None:
        return None
    return Spoilt(good.with_values((target, None)), (expected_at(target, "C301"),), touched(target))


def _must_be_filled(target: Target) -> bool:
    declared = target.declared
    own = declared.formula is None and not declared.default and isinstance(target.at, str)
    return own and declared.required and target.value is not None
