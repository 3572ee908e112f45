"""Random filings that reach the edges: blanks, zeros, ties, text for numbers, errors, huge amounts.

The numbers of one filing come from a small pool with its sums and multiples, so that comparisons meet
their limits; truth values, which one engine gets wrong, never meet thousands commas or a sixteenth digit,
which the other does. Values that go into whole workbooks stay below what programs print each in its own
way. Fields for which a rule has a figure are often set to what it expects, or to a number
whose last printed digit differs by one.
"""

import math
from collections.abc import Iterator
from random import Random

from tests.parity.questions import evaluator
from xlperf.checks.scopes import Scopes
from xlperf.declarations.evaluation import compute
from xlperf.declarations.forms_and_rules import Field, Form, Profile
from xlperf.declarations.records import (
    Filing,
    Provenance,
    Record,
    Row,
)
from xlperf.expressions import ErrorValue, Value

TEXT_NUMBERS = ["12.5", " 3 ", "90%", "98.5%", "1,234.50", "-7", "1e3", "一百", "无", "-", "不适用", "约5"]
GIANT = 1e12
EXTREMES = [1e-9, 1e12, 9999999.99, 123456789012.345, 1e15, -1e15, 1e20, 1e300, -1e300, 99999999999.995]
TRUTHS = [True, False]
STEPS = [0.0, 0.0, 0.0, 0.001, 0.004, 0.005, -0.005, 0.01, -0.01, 0.015, 0.02, -0.025, 0.1, 1.0, -10.0]
PHRASES = ["无", " 无 ", "　无", "未完成", "未开展：资金未到位", "尚未验收", "已完成", "ab", "AB", "a*", "~"]
PHRASES += [
    "甲专项",
    "甲专项 ",
    "甲 专项",
    "≥95%",
    "98.5%",
    " ",
    "|",
    "5",
    "按季度完成全部培训任务，经费按规定使用。",
]
TARGETS = [
    "≥95%",
    "100%",
    "＝100％",
    "12次",
    "10次",
    "≦80万元",
    "90万元",
    "成本不超过76万",
    "3年",
    "2024年",
    "0.5",
    "98.5",
]
TARGETS += [
    "部分达成预期指标",
    "未达成预期指标且效果较差",
    "效果明显",
    "未完成",
    "2024年12月前",
    "≥ 50 次",
    "1,234人次",
    "1000人次",
    "=5个",
    "50个",
    "无",
]
LEVELS = ["成本指标", "产出指标", "产出指标", "效益指标", "特色指标", "数量指标", "ab", "AB"]
SCORES = [10.0, 5.0, 2.5, 0.0, 9.995, 9.99, 7.125, 50.0, 90.0, 100.0, 3.3333333333]


class Figures:
    """The pool of one filing: amounts, ties at the third and fifth decimal, sums, multiples."""

    def __init__(self, chance: Random, wildness: float, *, giants: bool) -> None:
        self.chance = chance
        self.extremes = [number for number in EXTREMES if giants or abs(number) < GIANT]
        self.wildness = wildness
        self.truths = chance.random() < 0.5
        self.pool = [self._fresh() for _ in range(5)]
        first, second, third = self.pool[:3]
        related = [
            first + second,
            first + second + third,
            first * 10,
            second * 100,
            first * 1.2,
            second * 0.8,
        ]
        self.pool += [round(value, 6) for value in related]

    def _fresh(self) -> float:
        whole = self.chance.randint(0, 10 ** self.chance.randint(1, 7))
        ways = [
            float(whole % 500),
            whole / 100,
            whole / 1e4,
            (whole * 10 + 5) / 1e3,
            (whole * 10 + 5) / 1e5,
            0.0,
        ]
        return self.chance.choice(ways)

    def number(self, field: Field) -> Value:
        luck = self.chance.random()
        if luck < self.wildness:
            return self._wild()
        if luck < self.wildness + 0.12:
            return None
        if field.type.id == "score":
            return self.chance.choice(SCORES)
        if field.type.digits == 0:
            return float(self.chance.choice([0, 1, 8, 30, 31, 400]))
        return self.chance.choice(self.pool)

    def _wild(self) -> Value:
        first, second, *_ = self.pool
        sixteen_digits = [first + second / 3, math.nextafter(first, math.inf), first * 1.1]
        texts = [text for text in TEXT_NUMBERS if not (self.truths and "," in text)]
        kinds = [texts, self.extremes, list(ErrorValue), [-number for number in self.pool], [0.0, None]]
        kinds.append(TRUTHS if self.truths else sixteen_digits)
        return self.chance.choice(self.chance.choices(kinds, [4, 2, 2, 4, 6, 2])[0])

    def text(self, field: Field) -> Value:
        if field.merge:
            return self.chance.choice(LEVELS)
        luck = self.chance.random()
        if field.type.id == "notation" and luck < 0.8:
            return self.chance.choice(TARGETS)
        if luck < self.wildness / 2:
            return self.chance.choice([None, self.chance.choice(self.pool), ErrorValue.NA, True])
        return self.chance.choice(PHRASES) if luck < 0.9 else None


def random_filing(profile: Profile, chance: Random, projects: int = 3, *, typed: bool = True) -> Filing:
    """Up to ``projects`` project sheets; ``typed`` lets values be where the form has a formula.

    As a ledger gives it: formulas left empty are not computed yet.
    """
    figures = Figures(chance, chance.choice([0.0, 0.02, 0.1, 0.3]), giants=typed)
    records = []
    for form in profile.forms.values():
        for index in range(chance.randint(0, projects) if form.repeated else 1):
            records.append(_record(form, index, figures))
    filing = Filing("001", "甲单位", profile.id, records)
    if typed:
        _steer(filing, profile, chance)
    return filing


def _record(form: Form, index: int, figures: Figures) -> Record:
    record = Record(form.alias, form.sheet_name(index))
    for field in form.fields.values():
        if field.formula is None:
            value = figures.number(field) if field.type.number else figures.text(field)
            if field.default is None or figures.chance.random() < 0.2:
                record.fields[field.id] = value
    for table in form.tables.values():
        shown = [column for column in table.columns.values() if not column.virtual]
        record.tables[table.id] = [_row(shown, figures) for _ in range(figures.chance.randint(0, 5))]
    return record


def _row(columns: list[Field], figures: Figures) -> Row:
    return {
        column.id: figures.number(column) if column.type.number else figures.text(column)
        for column in columns
    }


def _steer(filing: Filing, profile: Profile, chance: Random) -> None:
    """Type right and nearly right figures over formulas, and print some with fewer or more digits."""
    for record, name, value in list(_expectations(filing, profile, chance)):
        if isinstance(value, float) and abs(value) < GIANT:
            digits = chance.choice([0, 1, 2, 2, 3, 4])
            record.fields[name] = round(value + chance.choice(STEPS), digits + 2)
            if chance.random() < 0.3:
                record.provenance[name] = Provenance(record.sheet, "A1", digits=digits)


def _expectations(filing: Filing, profile: Profile, chance: Random) -> Iterator[tuple[Record, str, Value]]:
    """What rules and formulas say should be in a field, for a random part of both."""
    complete = copy_of(filing)
    for record in complete.records:
        compute(record, profile)
    all_names = Scopes(complete, profile)
    for original, record in zip(filing.records, complete.records, strict=True):
        form, names = profile.forms[record.form], all_names.record(record)
        shown = {name for name, field in form.fields.items() if not field.virtual}
        for name in form.computed:
            if name in shown and chance.random() < 0.25:
                yield original, name, record.fields[name]
        for rule in profile.rules.values():
            for instance in rule.instances if not rule.forms or record.form in rule.forms else ():
                is_known = instance.expected is not None and not rule.each and instance.at in shown
                if is_known and chance.random() < 0.25:
                    yield original, instance.at, evaluator(instance.expected)(names)


def copy_of(filing: Filing) -> Filing:
    """The same values in records of their own."""
    records = [
        Record(
            record.form,
            record.sheet,
            dict(record.fields),
            {table: [dict(row) for row in rows] for table, rows in record.tables.items()},
            dict(record.provenance),
        )
        for record in filing.records
    ]
    return Filing(filing.unit_code, filing.unit_name, filing.profile, records)
