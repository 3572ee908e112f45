"""Cell formula in LibreOffice → generated VBA → XLPython.CallUDF → cell, for every worksheet function.

The results are those of the plain call in this process, and those of the native formula that LibreOffice
itself calculates in the same sheet. One LibreOffice serves all tests of the module.
"""

import io
import random

import openpyxl
import pytest

from tests.excel.addin import sample
from tests.excel.addin.generator import generated
from tests.excel.addin.libreoffice import Spreadsheet
from tests.excel.addin.standins import installed
from tests.excel.functions.typed import typed
from tests.received.good import good
from xlperf.checks.grading.scheme import scheme_of
from xlperf.checks.grading.score_sheet import score_sheet
from xlperf.core.paths import macros_dir
from xlperf.declarations.fields import parsed
from xlperf.declarations.profile import load_profile
from xlperf.declarations.worksheet_functions import declared
from xlperf.excel.addin.addin_builder import ADDIN, WRAPPERS, WRITTEN
from xlperf.excel.functions.declared_formulas import formula_over
from xlperf.excel.functions.publish import UDF_MODULE, ValueArea, publish
from xlperf.expressions.tree import native

FUNCTIONS = declared().functions
PLAIN = publish(
    lambda **_: lambda made: made,
    lambda *_, **__: lambda made: made,
    lambda: lambda made: made,
    chinese=False,
)
PROFILE = load_profile(declared().default_profile)
EXAMPLES = [(name, example) for name, function in FUNCTIONS.items() for example in function.examples]
FORMULAS = [function for function in FUNCTIONS.values() if function.kind in ("ratio", "scoring")]
AREA = [function for function in FUNCTIONS.values() if function.arguments[-1].shape == "areas"]


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    folder = tmp_path_factory.mktemp("libreoffice")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        body = generated(sample.__name__)[0].partition("outside of Excel\n")[2]
        with installed(UDF_MODULE, sample.__name__):
            result = Spreadsheet(folder, (macros_dir() / WRAPPERS).read_text("ascii") + body)
            yield result
            result.close()


def spelt(formula):
    """A formula of Excel as LibreOffice's interface takes it: other marks between arguments and in arrays."""
    result, quoted, inside = [], False, False
    for letter in formula:
        quoted ^= letter == '"'
        inside = (letter == "{" or (inside and letter != "}")) if not quoted else inside
        marks = {",": ";", ";": "|"} if inside else {",": ";"}
        result.append(letter if quoted else marks.get(letter, letter))
    return "".join(result)


def cells(result):
    """The result of a plain call as cells show it: blank for nothing."""
    rows = result if isinstance(result, list) else [[result]]
    return [["" if cell is None else cell for cell in row] for row in rows]


def shown(rows):
    return [["" if cell is None else cell for cell in row] for row in rows]


def place(rows, at="K1"):
    """The range of the size of ``rows``."""
    column, row = at[0], int(at[1:])
    return f"{at}:{chr(ord(column) + len(rows[0]) - 1)}{row + len(rows) - 1}"


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_every_example(sheet, name, example):
    want = cells(example.result)
    got = sheet.array(place(want), spelt(f"={name}({','.join(example.arguments)})"))
    assert shown(got) == want
    assert sheet.calls[-1] == name
    given = [typed(text) for text in example.arguments]
    if FUNCTIONS[name] in AREA:
        given.insert(1, None)
    assert cells(PLAIN[name](*given)) == want


def test_every_function_has_an_example():
    assert {name for name, _ in EXAMPLES} == set(FUNCTIONS)


def drawn(argument, dice):
    """What a cell of this argument may hold: figures, zero, blank."""
    if argument.type == "rate":
        return dice.choice([None, 0, round(dice.random(), 4), round(dice.random() * 2, 4)])
    if argument.type == "count":
        return dice.choice([None, 0, dice.randrange(1, 40), dice.randrange(40, 4000)])
    return dice.choice([None, 0, round(dice.uniform(0, 9999), 2), round(dice.uniform(0, 30), 2)])


def natively(kind, subject, where):
    """The formula of a declaration over the places in ``where``, as a cell carries it."""
    text, _ = formula_over(kind, subject, where)

    def locate(name):
        scope, _, parameter = name.rpartition("!")
        return f'"{PROFILE.parameters[parameter]}"' if scope else where[name]

    return spelt("=" + native(parsed(text, subject), locate))


@pytest.mark.parametrize("function", FORMULAS, ids=[function.name for function in FORMULAS])
def test_random_inputs_agree_with_native_formula_and_plain_call(sheet, function):
    dice = random.Random(function.name)
    bound = [argument for argument in function.arguments if argument.binds]
    rows = [[drawn(argument, dice) for argument in bound] for _ in range(12)]
    for row in rows:
        if bound[-1].parameter:
            row[-1] = row[-1] or 10
    sheet.clear("A1:J20")
    sheet.fill(rows)
    for number in range(1, 13):
        where = {argument.binds: f"{column}{number}" for argument, column in zip(bound, "ABCD", strict=False)}
        sheet.put(f"I{number}", natively(function.kind, function.subject, where))
    columns = ",".join(f"{column}1:{column}12" for column, _ in zip("ABCD", bound, strict=False))
    got = shown(sheet.array("K1:K12", spelt(f"={function.name}({columns})")))
    assert got == shown(sheet.values("I1:I12"))
    assert got == cells(
        PLAIN[function.name](*([[cell] for cell in column] for column in zip(*rows, strict=True)))
    )
    sheet.put(
        "J1",
        spelt(
            f"={function.name}({','.join(f'{column}1' for column, _ in zip('ABCD', bound, strict=False))})"
        ),
    )
    assert shown(sheet.values("J1")) == got[:1]


@pytest.mark.parametrize("sign", ["≥", "≤"])
def test_indicator_scores_agree_with_the_native_formula(sheet, sign):
    dice = random.Random(sign)
    rows = [
        [round(dice.uniform(1, 500), 1), round(dice.uniform(1, 500), 1), dice.randrange(1, 30)]
        for _ in range(15)
    ]
    sheet.clear("A1:J20")
    sheet.fill(rows)
    for number in range(1, 16):
        met = f"(B{number}>=A{number})" if sign == "≥" else f"(B{number}<=A{number})"
        where = {"可比": "TRUE()", "达标": met, "逆向": "FALSE()" if sign == "≥" else "TRUE()"}
        where |= {"指标值": f"A{number}", "完成值": f"B{number}", "分值": f"C{number}"}
        sheet.put(f"I{number}", natively("scoring", "定量指标公式分", where))
        sheet.put(f"D{number}", f'="{sign}"&A{number}&"万元"')
        sheet.put(f"E{number}", f'=B{number}&"万元"')
        sheet.put(f"F{number}", f"=C{number}")
        sheet.put(f"J{number}", f"=XP_INDICATOR_SCORE(D{number};E{number};F{number})")
    got = sheet.array("K1:K15", "=XP_INDICATOR_SCORES(D1:F15)")
    assert got == sheet.values("I1:I15") == sheet.values("J1:J15")


def test_total_and_grade_agree_with_the_native_formula(sheet):
    total = PROFILE.forms["整体"].fields["总分_得分"].formula
    for scores in (
        [10, 30.5, 29.255, None],
        ["不适用", 88, 2, 0],
        [None, None, None, None],
        [9.85, 50, 29.5, 8],
    ):
        sheet.clear("A1:J20")
        sheet.fill([scores])
        where = {"执行率得分": "A1", "指标_得分": "B1:D1"}
        sheet.put("A3", spelt("=" + native(total, where.__getitem__)))
        sheet.put("A4", "=XP_TOTAL_SCORE(A1;B1:D1)")
        sheet.put("B3", natively("scoring", "等级", {"总分": "A3"}))
        sheet.put("B4", "=XP_GRADE(A4)")
        native_row, own_row = sheet.values("A3:B4")
        assert shown([native_row]) == shown([own_row])


def test_workdays_agree_with_the_native_function(sheet):
    """In March 2025 no holiday and no worked weekend comes between."""
    sheet.clear("A1:J20")
    for number, (deadline, delivered) in enumerate([(3, 3), (3, 7), (7, 10), (14, 31), (21, 5)], 1):
        sheet.put(f"A{number}", f"=DATE(2025;3;{deadline})")
        sheet.put(f"B{number}", f"=DATE(2025;3;{delivered})")
        sheet.put(f"C{number}", f"=IF(B{number}>A{number};NETWORKDAYS(A{number}+1;B{number});0)")
        sheet.put(f"D{number}", f"=XP_WORKDAYS_LATE(A{number};B{number})")
    assert sheet.values("A1")[0][0].year == 2025
    assert sheet.values("C1:C5") == sheet.values("D1:D5")
    assert [row[0] for row in sheet.values("D1:D5")] == [0, 4, 1, 11, 0]


def test_workdays_between_and_ahead_agree_with_the_native_functions(sheet):
    """In March 2025 no holiday and no worked weekend comes between."""
    sheet.clear("A1:J20")
    for number, (first, last, count) in enumerate([(3, 3, 1), (3, 7, 5), (8, 9, 3), (14, 31, 9)], 1):
        sheet.put(f"A{number}", f"=DATE(2025;3;{first})")
        sheet.put(f"B{number}", f"=DATE(2025;3;{last})")
        sheet.put(f"C{number}", f"=NETWORKDAYS(A{number};B{number})")
        sheet.put(f"D{number}", f"=XP_WORKDAYS(A{number};B{number})")
        sheet.put(f"E{number}", f"=WORKDAY(A{number};{count})*1")
        sheet.put(f"F{number}", f"=XP_WORKDAY_AFTER(A{number};{count})*1")
    assert sheet.values("C1:C4") == sheet.values("D1:D4") == [[1], [5], [0], [12]]
    assert sheet.values("E1:E4") == sheet.values("F1:F4")


def test_points_agree_with_the_formulas_of_the_declared_tables(sheet):
    parts = [part for item in scheme_of(PROFILE).items for part in item.parts if part.formula]
    items = [item for item in score_sheet("county-bands").items if item.formula]
    sheet.clear("A1:J30")
    counts = [1, 3, 1, 2, 1, 0.5, 0.6, 12, 0, 3]
    rates = [0.05, 0.8, 0.15, 1.03, 1.2, 0.95, 0.7, 1.1, 0, 1.01]
    for number, (measured, rate) in enumerate(zip(counts, rates, strict=True), 1):
        part, item = parts[number % len(parts)], items[number % len(items)]
        sheet.fill([[measured, part.points, part.figures["每项"], part.figures["标准"]]], row=number)
        where = {"数": f"A{number}", "分值": f"B{number}", "每项": f"C{number}", "标准": f"D{number}"}
        sheet.put(f"E{number}", spelt(f"={native(part.formula, where.__getitem__)}"))
        sheet.put(f"F{number}", f'=XP_ASSESSMENT_SCORE("{part.id}";A{number})')
        given = {
            "率": f"I{number}",
            "分值": str(item.points),
            "每点": str(item.each),
            "标准": str(item.limit),
            "参数!不适用": f'"{PROFILE.parameters["不适用"]}"',
        }
        sheet.put(f"G{number}", spelt(f"={native(item.formula, given.__getitem__)}"))
        plain = item.id.translate({ord("“"): None, ord("”"): None})
        sheet.put(f"I{number}", rate)
        sheet.put(f"H{number}", f'=XP_SHEET_SCORE("{plain}";I{number};"county-bands")')
    got = shown(sheet.values("E1:H10"))
    assert [row[0] for row in got] == [row[1] for row in got]
    assert [row[2] for row in got] == [row[3] for row in got]
    assert [row[2] for row in got[:5]] == [6, 8, 6, 7, 0]


def test_totals_and_classes_agree_with_the_native_functions(sheet):
    dice = random.Random("合计")
    rows = [[drawn(FORMULAS[3].arguments[0], dice), round(dice.uniform(1, 99), 2)] for _ in range(15)]
    rows[4][1] = None
    sheet.clear("A1:J30")
    sheet.fill(rows)
    number = '"<1E+300"'
    sums = [f"SUMIFS({a}1:{a}15;A1:A15;{number};B1:B15;{number})" for a in "AB"]
    sheet.put("C1", f"=ROUND({sums[0]}/{sums[1]};4)")
    sheet.put("C2", '=XP_RATE_OF_TOTALS("三公经费控制率";A1:A15;B1:B15)')
    assert sheet.values("C1") == sheet.values("C2")
    for row, bounds in enumerate([">=90", ">=80", ">=60", ">=0"]):
        above = "" if row == 0 else f'-COUNTIF(B1:B15;"{[">=90", ">=80", ">=60"][row - 1]}")'
        sheet.put(f"D{row + 1}", f'=COUNTIF(B1:B15;"{bounds}"){above}')
    got = sheet.array("F1:H5", "=XP_DISTRIBUTION(B1:B15)")
    assert [row[1] for row in got[1:]] == [row[0] for row in sheet.values("D1:D4")]


def test_reading_agrees_with_the_native_function(sheet):
    sheet.clear("A1:J20")
    for number, figure in enumerate([12.5, 0.07, 98.49, 1200], 1):
        sheet.put(f"A{number}", figure)
        sheet.put(f"B{number}", f'="不低于"&A{number}&"%"')
        sheet.put(f"C{number}", f"=XP_READ(B{number})")
        sheet.put(f"D{number}", f"=A{number}/100")
    assert sheet.values("C1:C4") == [[pytest.approx(row[0], rel=1e-15)] for row in sheet.values("D1:D4")]


def test_cells_as_accountants_leave_them(sheet):
    """Blank, error, text number, full-width number, note, date, currency: plain call and cell agree."""
    sheet.clear("A1:J20")
    for number, value in enumerate(
        ["=NA()", "1,200.5", "９５", "约一百", "=1/0", "", "——", "=TRUE()", 96, 45000], 1
    ):
        sheet.put(f"A{number}", value)
    sheet.format("A9", 8)
    sheet.format("A10", 2)
    given = sheet.values("A1:A11")
    assert [type(row[0]).__name__ for row in given[7:]] == ["bool", "Decimal", "datetime", "NoneType"]
    got = shown(sheet.array("K1:K11", "=XP_STAFF_CONTROL_RATE(A1:A11;100)"))
    assert got == cells(PLAIN["XP_STAFF_CONTROL_RATE"](given, 100.0))
    assert "#N/A" in got[0][0]
    assert "#DIV/0!" in got[4][0]
    assert [got[2][0], got[8][0], got[10][0]] == [0.95, 0.96, ""]
    assert not any(isinstance(row[0], str) and row[0].startswith("#") for row in got)


def test_recalculates(sheet):
    sheet.clear("A1:J20")
    sheet.fill([[80, 100, "=XP_STAFF_CONTROL_RATE(A1;B1)", "=C1*2"]])
    assert sheet.values("C1:D1") == [[0.8, 1.6]]
    sheet.put("A1", 60)
    assert sheet.values("C1:D1") == [[0.6, 1.2]]


def test_an_error_of_python_is_text_in_the_cell(sheet):
    sheet.clear("A1:J20")
    sheet.put("A1", "=XP_RATE(1;0)")
    assert sheet.value("A1").startswith("ZeroDivisionError")


def test_check_spills_the_findings_of_a_form(sheet):
    basic = openpyxl.load_workbook(io.BytesIO(good()), data_only=True).worksheets[0]
    rows = [[*row] for row in basic.iter_rows(max_col=7, values_only=True)]
    place_of = next(
        (row, column)
        for row, cells_of in enumerate(rows)
        for column, value in enumerate(cells_of)
        if isinstance(value, float | int) and not isinstance(value, bool) and 0 < value < 2
    )
    rows[place_of[0]][place_of[1]] = 7.77
    sheet.clear("A1:J99")
    sheet.fill(rows, row=3)
    area = f"A3:G{len(rows) + 2}"
    placed = ValueArea(sheet.values(area), sheet="Sheet1", row=3)
    want = cells(PLAIN["XP_CHECK"]("hunan-yueyang-2024", None, placed))
    assert want[1][1:3] == ["Sheet1", "F6"]
    assert shown(sheet.array(place(want), f'=XP_CHECK("hunan-yueyang-2024";{area})')) == want


def test_libreoffice_reads_every_module_of_the_addin(sheet):
    found = sheet.modules(macros_dir() / ADDIN)
    for name in (*WRITTEN, WRAPPERS):
        lines = (macros_dir() / name).read_text("ascii").split("\n")
        body = "\n".join(line for line in lines if not line.startswith("Attribute"))
        read = found[f"xlperf.{name.partition('.')[0]}"].partition("Option VBASupport 1\n")[2]
        assert read.strip() == body.strip()
