"""Function = batch core = native formula: on the same random inputs, in LibreOffice and formualizer."""

from dataclasses import replace
from random import Random

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

import xlperf.udfs
from tests.engines import formualizer_values, libreoffice_values
from tests.parity.comparison import same
from xlperf.core.paths import schemas_dir
from xlperf.declarations.evaluation import compute, derive_columns, parameters
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Record
from xlperf.declarations.source import read
from xlperf.declarations.worksheet_functions import declared
from xlperf.excel.functions.declared_formulas import formula_over, table_results
from xlperf.expressions import native, parse

PROFILE = load_profile("national-2020")
FUNCTIONS = declared().functions
FORMULAS = [function for function in FUNCTIONS.values() if function.kind in ("ratio", "scoring")]
ROWS = 60
TABLE = FUNCTIONS["XP_INDICATOR_SCORE"].subject
COLUMNS = PROFILE.forms[TABLE["form"]].tables[TABLE["table"]].columns
ALGORITHMS = ("线性", "反比")
TOTAL = FUNCTIONS["XP_TOTAL_SCORE"]


def number(chance):
    """An amount as accountants have it: two decimals, whole, small, nothing, negative, blank."""
    kind = chance.random()
    if kind < 0.15:
        return None
    if kind < 0.3:
        return 0.0
    if kind < 0.4:
        return -round(chance.uniform(0, 500), 2)
    return (
        round(chance.uniform(0, 100), chance.choice((0, 2, 4)))
        if kind < 0.7
        else round(chance.uniform(0, 9e5), 2)
    )


def inputs(function):
    """Random rows of the arguments that are bound, the same in every run; what has a default is given."""
    chance = Random(function.name)
    bound = [argument for argument in function.arguments if argument.binds]
    return [
        [float(chance.randint(1, 20)) if argument.parameter else number(chance) for argument in bound]
        for _ in range(ROWS)
    ]


def literal(value):
    return f'"{value}"' if isinstance(value, str) else f"{value:.15g}"


def locator(names, row, profile=PROFILE):
    """What names of a formula are in row ``row``: cells by their column, parameters literally."""
    known = {name: literal(value) for name, value in parameters(profile).items()}
    return lambda name: known.get(name) or f"{get_column_letter(names.index(name) + 1)}{row}"


def indicator(chance):
    """Target, result and points as people write them, compatible or not."""
    unit = chance.choice(("", "%", "次", "万元", "亩", "分钟"))
    sign = chance.choice(("≥", "≤", "=", ">", "<", "不低于", "", "≥"))
    target = f"{sign}{chance.choice((0, 1, 5, 12.5, 95, 100))}{unit}"
    done_in = unit if chance.random() < 0.9 else "人"
    result = f"{chance.choice((0, 1, 4.8, 12.5, 90, 98.5, 130))}{done_in}"
    rows = [target, result, chance.choice((0.0, 2.0, 5.0, 7.5, 10.0, None))]
    if chance.random() < 0.1:
        rows[chance.randrange(2)] = chance.choice(("显著", "达成预期指标", None))
    level = chance.choice(("产出指标", "成本指标", "效益指标"))
    return dict(zip(("一级指标", "年度指标值", "实际完成值", "分值"), (level, *rows), strict=True))


def indicators():
    chance = Random("指标")
    return [indicator(chance) for _ in range(3 * ROWS)]


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    """What LibreOffice and formualizer compute: one workbook, a sheet a function, a row an input."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for function in FORMULAS:
        names = [argument.binds for argument in function.arguments if argument.binds]
        node = parse(formula_over(function.kind, function.subject, names)[0])
        sheet = book.create_sheet(function.name)
        for row, values in enumerate(inputs(function), 1):
            sheet.append([*values, f"={native(node, locator(names, row))}"])
    put_totals(book.create_sheet(TOTAL.name))
    for algorithm in ALGORITHMS:
        put_indicators(book.create_sheet(algorithm), with_algorithm(algorithm))
    folder = tmp_path_factory.mktemp("functions")
    path = folder / "函数.xlsx"
    book.save(path)
    return [libreoffice_values(path, folder / "out"), formualizer_values(path)]


def totals():
    """Random rows of an execution score, or the words for none, and five scores, some blank."""
    chance = Random("总分")
    return [
        [chance.choice((number(chance), "不适用")), *(number(chance) for _ in range(5))] for _ in range(ROWS)
    ]


def put_totals(sheet):
    form = PROFILE.forms[TOTAL.subject["form"]]
    node = form.fields[TOTAL.subject["field"]].formula
    for row, values in enumerate(totals(), 1):
        cells = {"执行率得分": f"A{row}", "指标_得分": f"B{row}:F{row}"}
        sheet.append([*values, f"={native(node, cells.__getitem__)}"])


def put_indicators(sheet, profile):
    """Readings as values, and every computed column of the table as its native formula."""
    names = list(COLUMNS)
    rows = [dict.fromkeys(names) | row for row in indicators()]
    form = profile.forms[TABLE["form"]]
    derive_columns(rows, form.tables[TABLE["table"]], profile.indicators[TABLE["form"]])
    for number_, row in enumerate(rows, 1):
        locate = locator(names, number_, profile)
        sheet.append(
            [
                row[name] if column.formula is None else f"={native(column.formula, locate)}"
                for name, column in COLUMNS.items()
            ]
        )


def with_algorithm(name):
    return replace(PROFILE, parameters={**PROFILE.parameters, "逆向指标算法": name})


@pytest.mark.parametrize("function", FORMULAS, ids=lambda value: value.name)
def test_a_function_gives_what_its_native_formula_gives(engines, function):
    rows = inputs(function)
    columns = [[[row[place]] for row in rows] for place in range(len(rows[0]))]
    ours = getattr(xlperf.udfs, function.name)(*columns)
    letter = get_column_letter(len(columns) + 1)
    for theirs in engines:
        for number_, (row, (our,)) in enumerate(zip(rows, ours, strict=True), 1):
            their = theirs.get((function.name, f"{letter}{number_}"))
            assert same(our, their), (function.name, row, our, their)


def test_the_total_is_that_of_the_native_formula(engines):
    for theirs in engines:
        for row, (execution, *scores) in enumerate(totals(), 1):
            ours = xlperf.udfs.XP_TOTAL_SCORE(execution, scores)
            assert same(ours, theirs.get((TOTAL.name, f"G{row}"))), (execution, scores)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_indicator_scores_are_those_of_the_native_formulas(engines, algorithm):
    ours = table_results(TABLE, indicators(), with_algorithm(algorithm))
    letter = get_column_letter(list(COLUMNS).index(TABLE["column"]) + 1)
    for theirs in engines:
        for number_, our in enumerate(ours, 1):
            their = theirs.get((algorithm, f"{letter}{number_}"))
            shown = "算不出结果（#DIV/0!），请核对各参数" if their == "#DIV/0!" else their
            assert same(our, shown), (indicators()[number_ - 1], our, their)
    assert len({str(value) for value in ours}) > 15


def test_the_function_of_one_indicator_is_the_row_of_the_table():
    rows = [row for row in indicators() if row["一级指标"] != "成本指标"]
    columns = [[[row[name]] for row in rows] for name in ("年度指标值", "实际完成值", "分值")]
    one_by_one = xlperf.udfs.XP_INDICATOR_SCORE(*columns)
    table = [[row["年度指标值"], row["实际完成值"], row["分值"]] for row in rows]
    assert xlperf.udfs.XP_INDICATOR_SCORES(table) == one_by_one
    assert [value for (value,) in one_by_one] == table_results(TABLE, rows, PROFILE)


def ratio_fields():
    """Form alias, field, ratio and bindings of every field of a form that is declared by a ratio."""
    for path in sorted((schemas_dir() / "forms").glob("*.json")):
        form = read(path, "form")
        for name, spec in form["fields"].items():
            if "ratio" in spec:
                yield form.get("alias", "整体"), name, spec["ratio"], spec["with"]


@pytest.mark.parametrize(("alias", "field", "ratio", "bound"), [*ratio_fields()])
def test_a_function_gives_what_the_batch_computes_for_a_form(alias, field, ratio, bound):
    function = next(function for function in FORMULAS if function.subject == ratio)
    names = [argument.binds for argument in function.arguments if argument.binds]
    for row in inputs(function):
        if alias not in PROFILE.forms:
            continue
        record = Record(alias, "", {bound[name]: value for name, value in zip(names, row, strict=True)})
        compute(record, PROFILE)
        our = getattr(xlperf.udfs, function.name)(*row)
        assert (record.fields[field] if record.fields[field] is not None else "") == our
