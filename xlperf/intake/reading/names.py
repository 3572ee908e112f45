"""The official names of fields, rows and columns that the reading reasons about, from schemas/reading.json.

What is written here itself are keys of the reading: columns of an indicator, and marks of the lexicon.
"""

from xlperf.declarations.source import own_texts

_NAMES = own_texts("reading")["names"]
TARGET, NEW_TARGET, ACTUAL, REASON = "target", "target_adjusted", "actual", "deviation"
SIGN, MEASURE, REMARK, NUMBER = "sign", "unit", "remark", "number"
OWN_NAME, UNDECIDED, NOWHERE = "@", "?", ""
PERCENT_SIGN = "%"


def _name(key: str) -> str:
    return str(_NAMES[key])


def _several(key: str) -> tuple[str, ...]:
    return tuple(map(str, _NAMES[key]))


SUMMARY = _name("summary")
FORMS = BASIC, UNIT, PROJECT, ASSESSMENT = _several("forms")
"""The kinds of form, by the aliases that schemas/exported.json knows."""
FUND_ROOTS = dict(zip(FORMS, _several("fund_roots"), strict=True))

AMOUNTS = INITIAL, ADJUSTED, SOME_BUDGET, EXECUTED = _several("amounts")
BUDGET, FINAL = _several("years")
WEIGHT, RATE, SCORE = _several("points")
FUNDS = TOTAL_FUNDS, GRANTS, _ = _several("funds")
GRANTS_WORD, GENERAL, OTHER_WORD = _name("grants"), _name("general"), _name("other")
GENERAL_BUDGET, GOVERNMENT_FUNDS = _several("groups")
GOALS, EXPECTED, ACHIEVED = _several("goals")
TOTAL, TOTAL_WEIGHT, TOTAL_SCORE, TOTAL_GRADE = _several("totals")
SUM_WEIGHT, SUM_SCORE = _several("sums")

NAME_FIELDS = PROJECT_NAME, CHARGE, DOER, DEPARTMENT = _several("who")
UNIT_NAME = _name("unit")
SIGNATURES = _several("signatures")
STAFF_QUOTA = _name("staff_quota")
BASIC_STARTS, BASIC_PARENTS = _several("basic"), _several("basic_parents")
RATE_ENDING, INVESTMENT_ENDING = _several("fact_endings")

LEVELS = LEVEL1, LEVEL2, LEVEL3 = _several("levels")
LEVEL1_POINTS, INDICATOR_WORD = _name("level1_points"), _name("indicators")
TARGET_PARTS = _several("target_parts")
LEVEL1_WEIGHT, PRINTED = _name("level1_weight"), _name("printed")
"""The derived column with the points of the level-1 name; how a note begins that only repeats the page."""
MONEY_UNIT, POINTS_WORD = _several("measures")
