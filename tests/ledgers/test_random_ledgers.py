"""Random rows → a ledger of any kind → the same values again."""

import re
import string
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledgers.samples import write_csv, write_sqlite
from xlperf.declarations.profile import load_profile
from xlperf.ledgers.answers import Answers
from xlperf.ledgers.layout import load_layout
from xlperf.ledgers.ledger import read_ledger
from xlperf.ledgers.template import write_ledger

PROFILE = load_profile("hunan-yueyang-2024")
LAYOUT = load_layout(PROFILE)

# In a .csv '001 is the text 001: the mark is not part of what was meant.
TEXT_MARK = re.compile(r"'[0-9]+")

codes = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=6)
amounts = st.integers(0, 10**7).map(lambda cents: cents / 100)
words = (
    st.text("甲乙丙丁 ，。\n（）=+-@'\"%≥0123456789", min_size=1, max_size=30)
    .map(str.strip)
    .filter(lambda text: bool(text) and not TEXT_MARK.fullmatch(text))
)
VALUES = {
    "amount": amounts,
    "area": amounts,
    "count": st.integers(0, 5000).map(float),
    "score": st.integers(0, 10000).map(lambda cents: cents / 100),
    "rate": st.integers(0, 20000).map(lambda parts: parts / 10000),
}


def settled():
    """Random amounts may look like 元: they are none."""
    return Answers({"金额单位": {name: {"整张表": "万元"} for name in LAYOUT.sheets}})


def cells(sheet):
    """Random values for some of the columns of a sheet, by head."""
    strategies = {
        head: VALUES.get(column.field.type.id, words)
        for head, column in sheet.columns.items()
        if column.field is not None and head != "一级指标"
    }
    return st.fixed_dictionaries({}, optional=strategies)


@st.composite
def ledgers(draw):
    """Sheet → rows; every row belongs to a unit, every indicator to a form that exists."""
    rows = {name: [] for name in LAYOUT.sheets}
    for code in draw(st.lists(codes, min_size=1, max_size=3, unique=True)):
        numbers = draw(st.lists(st.integers(1, 30).map(str), max_size=3, unique=True))
        rows["单位"].append(draw(cells(LAYOUT.sheets["单位"])) | {"单位编码": code})
        rows["支出"].append(draw(cells(LAYOUT.sheets["支出"])) | {"单位编码": code})
        for number in numbers:
            project = draw(cells(LAYOUT.sheets["项目"])) | {"主管部门": "丙", "实施单位": "丁"}
            rows["项目"].append(project | {"单位编码": code, "项目编号": number})
        for number in [None, *numbers]:
            for row in draw(st.lists(cells(LAYOUT.sheets["指标"]), max_size=3)):
                rows["指标"].append(row | {"单位编码": code, "项目编号": number, "一级指标": "产出指标"})
        for row in draw(st.lists(cells(LAYOUT.sheets["专项资金"]), max_size=2)):
            rows["专项资金"].append(row | {"单位编码": code})
    return rows


def expected_fields(sheet, row, alias):
    layout = LAYOUT.sheets[sheet]
    return {
        name: row[head]
        for head, column in layout.columns.items()
        for form, name in column.targets
        if form == alias and row.get(head) is not None
    }


def expected(rows):
    """Unit code → what its records must hold, straight from the rows."""
    result = {}
    for unit in rows["单位"]:
        code = unit["单位编码"]
        (amount,) = [row for row in rows["支出"] if row["单位编码"] == code]
        projects = sorted(
            (row for row in rows["项目"] if row["单位编码"] == code), key=lambda row: int(row["项目编号"])
        )
        result[code] = {
            "基础": expected_fields("单位", unit, "基础") | expected_fields("支出", amount, "基础"),
            "整体": expected_fields("单位", unit, "整体") | expected_fields("支出", amount, "整体"),
            "项目": [
                expected_fields("单位", unit, "项目") | expected_fields("项目", row, "项目")
                for row in projects
            ],
            "指标": [
                table_rows(rows, "指标", code, number)
                for number in [None, *(row["项目编号"] for row in projects)]
            ],
            "专项": table_rows(rows, "专项资金", code, None),
        }
    return result


def table_rows(rows, sheet, code, number):
    keys = ("单位编码", "项目编号")
    return [
        kept
        for row in rows[sheet]
        if row["单位编码"] == code
        and row.get("项目编号") == number
        and (kept := {head: value for head, value in row.items() if head not in keys and value is not None})
    ]


def found(ledger):
    result = {}
    for filing in ledger.filings:
        (basic,), (overall,) = filing.of("基础"), filing.of("整体")
        projects = filing.of("项目")
        result[filing.unit_code] = {
            "基础": basic.fields,
            "整体": overall.fields,
            "项目": [record.fields for record in projects],
            "指标": [record.tables.get("指标", []) for record in (overall, *projects)],
            "专项": basic.tables.get("专项", []),
        }
    return result


@settings(max_examples=25, deadline=None)
@given(ledgers())
def test_a_workbook_gives_its_rows_back(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "台账.xlsx"
        write_ledger(PROFILE, path, rows)
        ledger = read_ledger(path, PROFILE, settled())
    assert found(ledger) == expected(rows)
    assert not {finding.code for finding in ledger.findings} & {
        "L110",
        "L111",
        "L112",
        "L113",
        "L120",
        "L121",
    }


@settings(max_examples=25, deadline=None)
@given(ledgers())
def test_csv_and_database_agree(rows):
    tables = {
        name: [list(sheet.columns), *([row.get(head) for head in sheet.columns] for row in rows[name])]
        for name, sheet in LAYOUT.sheets.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        first = read_ledger(write_csv(tables, Path(folder) / "csv", "gb18030"), PROFILE, settled())
        second = read_ledger(write_sqlite(tables, Path(folder) / "a.db"), PROFILE, settled())
    assert found(first) == found(second) == expected(rows)
