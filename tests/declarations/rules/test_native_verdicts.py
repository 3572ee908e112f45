"""Rules over what a sheet shows, levels merged and targets as text, against the checker on one filing."""

from collections import Counter
from random import Random
from typing import Any

from tests.declarations.rules.readings import FORM, PROFILE, TABLE, read_rows
from tests.declarations.rules.test_readings import LEVELS, batch_rows
from tests.parity.questions import WORDS
from tests.parity.random_filings import SCORES, TARGETS, TEXT_NUMBERS
from xlperf.checks.scopes import Scopes
from xlperf.declarations.column_readings import READABLE, ROW_FILLED, unread_sources
from xlperf.declarations.native_formulas import verdict_node
from xlperf.declarations.records import Filing, Record
from xlperf.declarations.verdicts import judge
from xlperf.expressions import compile_expression

RULES = [rule for rule in PROFILE.rules.values() if rule.native and FORM.alias in rule.forms]
INSTANCES = [(rule, instance) for rule in RULES for instance in rule.instances]
FUNDS = [f"年度资金总额_{name}" for name in ("年初预算数", "全年预算数", "全年执行数")]
VERDICT = {id(instance): compile_expression(verdict_node(instance, WORDS)) for _, instance in INSTANCES}
SOURCES = {
    id(instance): unread_sources((instance.when, instance.check, instance.expected, instance.terms), TABLE)
    for _, instance in INSTANCES
}


def random_cells(chance: Random) -> list[dict[str, Any]]:
    """Rows as cells hold them; some are left empty but for their levels."""
    rows = []
    for _ in range(chance.randint(1, 7)):
        row: dict[str, Any] = dict.fromkeys(
            name for name, column in TABLE.columns.items() if not column.virtual
        )
        row["一级指标"] = chance.choice([*LEVELS[:6], "特色指标（社会）", *[None] * 4])
        row["二级指标"] = chance.choice(["数量指标", "成本指标", None, None])
        if chance.random() < 0.85:
            target = chance.choice([*TARGETS, *TEXT_NUMBERS, "105%", "培训", 5.0, 98.5, 0.0])
            row |= {
                "三级指标": chance.choice(["培训", "满意度", "2024年培训", None]),
                "年度指标值": target,
                "实际完成值": chance.choice([target, chance.choice(TARGETS), 12.0, None]),
                "分值": chance.choice([*SCORES, None]),
                "得分": chance.choice([*SCORES, None]),
                "偏差原因": chance.choice(["无", "进度偏慢", None]),
            }
        rows.append(row)
    return rows


def test_verdicts_are_those_of_the_checker_or_rest_on_what_is_unread() -> None:
    chance = Random(19)
    seen: dict[str, Counter[str]] = {rule.code: Counter() for rule in RULES}
    for _ in range(400):
        cells = random_cells(chance)
        fields = {
            name: chance.choice([5.0, 12.0, 80.0, 90.0, None]) for name in (*FUNDS, "执行分值", "总分_得分")
        }
        kept = [row for row in batch_rows(cells, TABLE.columns["一级指标"]) if any(_filled(row))]
        record = Record(FORM.alias, FORM.sheet, fields, {TABLE.id: kept})
        names = Scopes(Filing("001", "甲", PROFILE.id, [record]), PROFILE)
        rows = [{**row, **read} for row, read in zip(cells, read_rows(cells), strict=True)]
        columns = {f"{TABLE.id}_{name}": [row[name] for row in rows] for name in rows[0]}
        shown = [row for row in rows if row[ROW_FILLED]]
        batch = [dict(scope) for _, scope in names.rows(record, TABLE)]
        assert len(shown) == len(batch)
        for rule, instance in INSTANCES:
            places = zip(shown, batch, strict=True) if rule.each else [({}, names.record(record))]
            for row, scope in places:
                if not all(map(bool, _readable(SOURCES[id(instance)], row, shown))):
                    seen[rule.code]["unread"] += 1
                    continue
                found = VERDICT[id(instance)]({**scope, **columns, **row})
                assert found == judge(instance, scope).kind.value, (rule.code, row, scope)
                seen[rule.code][str(found)] += 1
    row_rules = [rule.code for rule in RULES if rule.each == TABLE.id]
    assert [code for code in row_rules if not seen[code]["broken"]] == []


def _filled(row: dict[str, Any]) -> list[bool]:
    return [value is not None for name, value in row.items() if name not in TABLE.levels]


def _readable(sources: tuple[str, ...], row: dict[str, Any], rows: list[dict[str, Any]]) -> list[Any]:
    found = [row[f"{source}{READABLE}"] for source in sources if source in TABLE.columns]
    ranges = [source.removeprefix(f"{TABLE.id}_") for source in sources if source not in TABLE.columns]
    return found + [other[f"{source}{READABLE}"] for source in ranges for other in rows]
