"""The quick look at many rules against the plain judgement of each."""

import copy
import random

import pytest

from xlperf.checks.scopes import Scopes
from xlperf.declarations.forms_and_rules import RuleInstance
from xlperf.declarations.profile import load_profile
from xlperf.declarations.verdicts import VerdictKind, judge, prefilter, rule_plan
from xlperf.expressions import ErrorValue, parse
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.ledgers.ledger import read_ledger

COMPLAINTS = (VerdictKind.BROKEN, VerdictKind.WITHIN)


def instance(when: str, check: str) -> RuleInstance:
    return RuleInstance("甲", parse(check), check, parse(when), when, None, None, (), ())


CHECKS = ["甲=乙", "甲/乙>1", "甲", "甲&乙", 'ISERROR(FIND("文",甲))', "COUNT(列)+甲>2"]
WHENS = [
    "AND(ISNUMBER(甲),乙>0)",
    "IF(AND(ISNUMBER(甲),ISNUMBER(乙)),甲>乙,FALSE)",
    "IF(ISNUMBER(甲),TRUE,FALSE)",
    "AND(甲,ISNUMBER(乙))",
    "AND(甲,乙)",
    "AND(甲&乙,ISNUMBER(乙))",
    "OR(ISBLANK(甲),甲=乙)",
    "IF(甲>0,ISNUMBER(乙))",
    "AND(ISNUMBER(甲),1/乙>0)",
    "NOT(甲=乙)",
    "IF(甲,ISNUMBER(乙),FALSE)",
    "AND(列,ISNUMBER(甲))",
    'ISNUMBER(FIND("文",乙))',
    "甲",
    "TRUE",
]


@pytest.mark.parametrize("first", [None, 0.0, 2.0, True, False, "文字", "TRUE", "", ErrorValue.NA])
@pytest.mark.parametrize("second", [None, 0.0, 1.0, True, "文字", ErrorValue.DIV0])
def test_no_broken_rule_is_left_out(first, second):
    rules = [instance(when, check) for when in WHENS for check in CHECKS]
    names = {"甲": first, "乙": second, "列": [True, 1.0, None]}
    found = prefilter(rules)(names)
    broken = [number for number, rule in enumerate(rules) if judge(rule, names).kind is VerdictKind.BROKEN]
    assert set(broken) <= set(found)


def test_a_condition_is_computed_once_for_all_rules_that_share_it():
    class Counting(dict):
        asked = 0

        def __getitem__(self, name):
            self.asked += name == "甲"
            return super().__getitem__(name)

    names = Counting(甲=1.0, 乙=5.0)
    rules = [instance("AND(ISNUMBER(甲),乙>0)", f"乙<{limit}") for limit in (3, 4, 9)]
    assert prefilter(rules)(names) == [0, 1]
    assert names.asked == 1


ODD = [None, 0.0, -3.5, 1e7, "", "见附件", "3,5", "≥95%", "90万元", "100%", "未完成", True, ErrorValue.NA]


def filings(profile, folder):
    write_demo_ledger(folder / "ledger.xlsx", profile, 12)
    return read_ledger(folder / "ledger.xlsx", profile).filings


def spoil(filing, chance: random.Random):
    """Some values of a good filing swapped, moved by a little, or replaced by odd ones."""
    spoilt = copy.deepcopy(filing)
    for record in spoilt.records:
        for values in (record.fields, *(row for rows in record.tables.values() for row in rows)):
            for name in [name for name in values if chance.random() < 0.15]:
                value = values[name]
                near = value + chance.choice([-1, -0.01, 0.01, 1]) if isinstance(value, float) else value
                values[name] = chance.choice([near, *ODD, chance.choice(list(values.values()))])
    return spoilt


@pytest.mark.parametrize("profile_id", ["hunan-yueyang-2024", "hunan-hengyang-2023"])
def test_on_random_filings_the_plan_complains_where_each_rule_by_itself_does(profile_id, tmp_path):
    profile, chance, count = load_profile(profile_id), random.Random(profile_id), 0
    rules = rule_plan(profile)
    for filing in filings(profile, tmp_path) * 4:
        spoilt = spoil(filing, chance)
        names = Scopes(spoilt, profile)
        places = [(rules.filing, names.filing)]
        for record in spoilt.records:
            places += [
                (rule_set[record.form], names.record(record)) for rule_set in (rules.once, rules.sheets)
            ]
            for table, rule_set in rules.rows[record.form].items():
                scopes = names.rows(record, profile.forms[record.form].tables[table])
                places += [(rule_set, dict(scope)) for _, scope in scopes]
        for rule_set, scope in places:
            plain = [(rule, instance, judge(instance, scope)) for rule, instance in rule_set.cases]
            plain = [case for case in plain if case[2].kind in COMPLAINTS]
            assert list(rule_set.complaints(scope)) == plain
            count += len(plain)
    assert count > 300
