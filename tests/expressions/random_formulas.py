"""Random formulas over a fixed stock of fields and columns, as text, by a given source of chance.

Sorted by what they yield (number, text, condition), so that most mean something; fields of every kind
are mixed in so that blanks, texts and errors reach every place. Kept out is only what no two of Excel,
LibreOffice and formualizer agree on; it is in test_functions.py, computed by hand.
"""

from random import Random

from xlperf.expressions import ErrorValue, Value

NUMBERS: dict[str, Value] = {
    "零": 0.0,
    "一": 1.0,
    "编制": 80.0,
    "在职": 79.0,
    "预算": 1278.45,
    "执行": 1253.78,
    "元数": 18084750.0,
    "负数": -34.76,
    "半": 0.5,
    "平局": 2.675,
    "平局二": 1.005,
    "率": 0.98485,
    "巨": 123456789012.34,
    "微": 0.0000125,
    "空": None,
    "日": 45292.0,
}
TEXTS: dict[str, Value] = {
    "名": "三公经费",
    "码": "AB12",
    "小码": "ab12",
    "数字": "5",
    "百分": "98.5%",
    "留白": "  两 端  ",
    "空名": None,
}
ERRORS: dict[str, Value] = {"无": ErrorValue.NA, "零除": ErrorValue.DIV0}
COLUMNS: dict[str, tuple[Value, ...]] = {
    "级": ("产出", "产出", "效益", None, "AB", "ab"),
    "分": (10.0, 20.5, 30.0, None, 5.005, -1.0),
    "得": (9.85, 20.5, 0.0, 2.5, 5.0, 7.125),
    "杂": (1.0, "完成", None, "5", 2.5, "≥90"),
    "错": (1.0, ErrorValue.NA, 3.0, 4.0, 5.0, 6.0),
    "清": (None, None, None, None, None, None),
}
SCOPE = {**NUMBERS, **TEXTS, **ERRORS, **COLUMNS}

LITERALS = ["0", "1", "2", "100", "0.1", "0.3", "30%", "3.14159", "1000000"]
FORMATS = ["0", "0.00", "0.0%", "0.00%", "#,##0.00"]
CRITERIA = ['"产出"', '"<>产出"', '">=5"', '"<3"', '"<>"', '"a*"', '"?b"', '">0"', "0", "名", "一", '"=2.5"']

SOUGHT = ["30", "一", "名", '"产*"']


class Formulas:
    """A generator of formula texts; ``without`` names functions to leave out."""

    def __init__(self, chance: Random, without: frozenset[str] = frozenset()) -> None:
        self.chance = chance
        self.without = without

    def any(self, depth: int) -> str:
        return self.chance.choice([self.number, self.number, self.text, self.condition])(depth)

    def number(self, depth: int) -> str:
        if depth <= 0 or self.chance.random() < 0.15:
            return self._number_leaf()
        return self._pick(
            {
                "+": lambda: (
                    f"({self.number(depth - 1)}{self.chance.choice('+-*/')}{self.number(depth - 1)})"
                ),
                "-": lambda: f"-{self._number_leaf()}{self.chance.choice('+-*/')}{self.number(depth - 1)}",
                "%": lambda: f"{self._number_leaf()}%",
                "^": lambda: f"ABS({self.number(depth - 1)})^{self.chance.choice(['2', '0.5', '3'])}",
                **self._rounding(depth),
                **self._totals(depth),
                **self._conditional(depth),
                **self._rows(depth),
                **self._of_text(depth),
                **self._dates(depth),
            }
        )

    def _rounding(self, depth: int):
        digits = self.chance.choice(["0", "1", "2", "4", "-2"])
        return {
            name: lambda name=name: f"{name}({self.number(depth - 1)},{digits})"
            for name in ("ROUND", "ROUNDDOWN", "ROUNDUP")
        } | {
            "ABS": lambda: f"ABS({self.number(depth - 1)})",
            "INT": lambda: f"INT({self.number(depth - 1)})",
            "MOD": lambda: f"MOD(ROUND({self.number(depth - 1)},0),{self.chance.choice(['2', '7', '-3'])})",
            "N": lambda: f"N({self._field()})",
        }

    def _totals(self, depth: int):
        return {
            name: lambda name=name: f"{name}({','.join(self._many(depth))})"
            for name in ("SUM", "MIN", "MAX", "COUNT", "COUNTA", "AVERAGE")
        } | {"COUNTBLANK": lambda: f"COUNTBLANK({self._column()})"}

    def _conditional(self, depth: int):
        return {
            "IF": lambda: (
                f"IF({self.condition(depth - 1)},{self.number(depth - 1)},{self.number(depth - 1)})"
            ),
            "IFERROR": lambda: f"IFERROR({self.number(depth - 1)},{self.number(depth - 1)})",
        }

    def _rows(self, depth: int):
        criterion = self.chance.choice(CRITERIA)
        level = self.chance.choice(["产出", "效益", "ab"])
        return {
            "SUMIF": lambda: f"SUMIF({self._column()},{criterion},{self._column()})",
            "SUMIFS": lambda: f'SUMIFS(得,级,{criterion},{self._column()},">0")',
            "COUNTIF": lambda: f"COUNTIF({self._column()},{criterion})",
            "COUNTIFS": lambda: f'COUNTIFS(级,"产出",{self._column()},{criterion})',
            "SUMPRODUCT": lambda: f'SUMPRODUCT((级="{level}")*1,{self.chance.choice(["分", "得", "杂"])})',
            "INDEX": lambda: f"INDEX({self._column()},{self.chance.randint(1, 6)})",
            "MATCH": lambda: f"MATCH({self.chance.choice(SOUGHT)},{self._column()},0)",
        }

    def _of_text(self, depth: int):
        return {
            "LEN": lambda: f"LEN({self.text(depth - 1)})",
            "FIND": lambda: f'FIND("{self.chance.choice(["A", "经", "1"])}",{self.text(depth - 1)})',
            "VALUE": lambda: f"VALUE({self.text(depth - 1)})",
        }

    def _dates(self, depth: int):
        year, month, day = (self.chance.randint(*span) for span in ((1990, 2030), (-3, 15), (-40, 70)))
        date = f"DATE({year},{month},{day})"
        return {
            "YEAR": lambda: f"{self.chance.choice(['YEAR', 'MONTH', 'DAY'])}({date})",
            "NETWORKDAYS": lambda: f"NETWORKDAYS({date},日)",
            "WORKDAY": lambda: f"WORKDAY({date},{day})+0",
        }

    def text(self, depth: int) -> str:
        if depth <= 0 or self.chance.random() < 0.2:
            return self.chance.choice([*TEXTS, *TEXTS, '"万元"', '""', "预算", "空"])
        inner, count = self.text(depth - 1), self.chance.randint(0, 4)
        return self._pick(
            {
                "&": lambda: f"({inner}&{self.text(depth - 1)})",
                "LEFT": lambda: f"LEFT({inner},{count})",
                "RIGHT": lambda: f"RIGHT({inner},{count})",
                "MID": lambda: f"MID({inner},{count},2)",
                "TRIM": lambda: f"TRIM({inner})",
                "UPPER": lambda: f"UPPER({inner})",
                "CHAR": lambda: f"CHAR({48 + count})",
                "REPT": lambda: f"REPT({inner},{count})",
                "SUBSTITUTE": lambda: f'SUBSTITUTE({inner},"{self.chance.choice("A1经 ")}","换")',
                "TEXT": lambda: f'TEXT({self.number(depth - 1)},"{self.chance.choice(FORMATS)}")',
                "IF": lambda: f"IF({self.condition(depth - 1)},{inner},{self.text(depth - 1)})",
            }
        )

    def condition(self, depth: int) -> str:
        if depth <= 0:
            return f"{self._number_leaf()}{self._comparison()}{self._number_leaf()}"
        return self._pick(
            {
                "=": lambda: f"{self.number(depth - 1)}{self._comparison()}{self.number(depth - 1)}",
                "&=": lambda: (
                    f"{self.text(depth - 1)}{self.chance.choice(['=', '<>'])}{self.text(depth - 1)}"
                ),
                "blank": lambda: f'{self._field()}=""',
                "AND": lambda: f"AND({self.condition(depth - 1)},{self.condition(depth - 1)})",
                "OR": lambda: f"OR({self.condition(depth - 1)},{self.condition(depth - 1)})",
                "NOT": lambda: f"NOT({self.condition(depth - 1)})",
                "EXACT": lambda: f"EXACT({self.text(depth - 1)},{self.text(depth - 1)})",
                "ISBLANK": lambda: f"ISBLANK({self._field()})",
                "ISNUMBER": lambda: f"ISNUMBER({self._field()})",
                "ISTEXT": lambda: f"ISTEXT({self.text(depth - 1)})",
                "ISERROR": lambda: f"ISERROR({self.number(depth - 1)})",
            }
        )

    def _comparison(self) -> str:
        return self.chance.choice(["=", "<>", "<", "<=", ">", ">="])

    def _pick(self, ways) -> str:
        return ways[self.chance.choice([name for name in ways if name not in self.without])]()

    def _many(self, depth: int) -> list[str]:
        makers = [self._column, self._field, lambda: self.number(depth - 1)]
        return [self.chance.choice(makers)() for _ in range(self.chance.randint(1, 3))]

    def _column(self) -> str:
        return self.chance.choice([*COLUMNS, "分", "得", "得"])

    def _field(self) -> str:
        return self.chance.choice([*NUMBERS, *TEXTS, *ERRORS])

    def _number_leaf(self) -> str:
        rare = self.chance.random()
        if rare < 0.03:
            return self.chance.choice([*TEXTS, *ERRORS])
        return self.chance.choice(LITERALS if rare < 0.3 else [*NUMBERS])
