"""Data validations: every figure limited once, level names suggested, nothing that Excel refuses."""

from collections import Counter
from dataclasses import replace

import pytest
from openpyxl.utils.cell import rows_from_range

from xlperf.core.errors import DeclarationError
from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import LevelOne
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.workbooks.sheet_setup import ranges, validations

SHEETS = [(name, alias) for name in profile_ids() for alias in load_profile(name).forms]


def made(name, alias, counts=None):
    profile = load_profile(name)
    return validations(place(profile.forms[alias], counts), profile)


def cells(validation):
    return [cell for area in str(validation.sqref).split() for row in rows_from_range(area) for cell in row]


def numeric_inputs(form):
    placement = place(form)
    fields = {address: form.fields[name] for name, address in placement.fields.items()}
    for table in form.tables.values():
        for name, column in table.columns.items():
            if not column.virtual:
                first, last = placement.spans[table.id]
                letter = placement.columns[table.id, name]
                fields |= {f"{letter}{row}": column for row in range(first, last + 1)}
    return {
        address: field for address, field in fields.items() if field.type.number and field.formula is None
    }


@pytest.mark.parametrize(("name", "alias"), SHEETS)
def test_every_figure_that_is_typed_in_is_limited_exactly_once_and_no_other_cell_is(name, alias):
    limits = [validation for validation in made(name, alias) if validation.type != "list"]
    inputs = numeric_inputs(load_profile(name).forms[alias])
    assert Counter(cell for validation in limits for cell in cells(validation)) == Counter(inputs.keys())
    assert len(limits) == len({field.type.id for field in inputs.values()})
    for validation in limits:
        for cell in cells(validation):
            limit = inputs[cell].type.limit
            assert (validation.type, float(validation.formula1), float(validation.formula2)) == (
                limit.kind,
                limit.min,
                limit.max,
            )


@pytest.mark.parametrize(("name", "alias"), SHEETS)
def test_limits_stop_with_words_an_accountant_understands_and_let_cells_be_empty(name, alias):
    for validation in made(name, alias):
        assert validation.allow_blank
        assert validation.showErrorMessage
        assert validation.showInputMessage
        assert validation.errorStyle == ("warning" if validation.type == "list" else "stop")
        assert 0 < len(validation.promptTitle) <= 32
        assert 0 < len(validation.errorTitle) <= 32
        assert 0 < len(validation.prompt) <= 255
        assert 0 < len(validation.error) <= 255


def test_the_limits_of_the_basic_form():
    limits = {validation.promptTitle: validation for validation in made("hunan-yueyang-2024", "基础")}
    assert limits["人数"].type == "whole"
    assert str(limits["人数"].sqref) == "B4 D4"
    assert (limits["人数"].formula1, limits["人数"].formula2) == ("0", "999999")
    assert "B17" in cells(limits["金额"])  # the special funds' row
    assert "B15" not in cells(limits["金额"])  # its sum is computed


def test_the_lists_offer_the_indicators_of_the_profile_with_their_points():
    first, second = (each for each in made("hunan-hengyang-2023", "项目") if each.type == "list")
    assert first.formula1 == '"产出指标（20分）,效益指标（40分）,成本指标（20分）,满意度指标（10分）"'
    assert second.formula1 == (
        '"数量指标,质量指标,时效指标,经济效益指标,社会效益指标,生态效益指标,可持续影响指标,经济成本指标,服务对象满意度指标"'
    )
    assert (str(first.sqref), str(second.sqref)) == ("B13:B21", "C13:C21")


def test_validations_grow_with_the_table():
    first = next(each for each in made("hunan-yueyang-2024", "整体", {"指标": 20}) if each.type == "list")
    assert str(first.sqref) == "B14:B33"


@pytest.mark.parametrize("name", ["指" * 300, '带"引号"的指标'])
def test_a_list_that_excel_cannot_hold_is_a_mistake_of_the_declaration(name):
    profile = load_profile("national-2020")
    form = profile.forms["整体"]
    rows = ({"一级指标": name, "二级指标": "数量指标"},)
    table = replace(form.tables["指标"], default_rows=rows)
    form = replace(form, tables={"指标": table})
    profile = replace(profile, indicators={"整体": (LevelOne(name, 90, ("数量指标",)),)})
    with pytest.raises(DeclarationError, match="下拉列表"):
        validations(place(form), profile)


@pytest.mark.parametrize(
    ("addresses", "text"),
    [
        (["B4", "B5", "B6"], "B4:B6"),
        (["B6", "D4", "B4", "B5"], "B4:B6 D4"),
        (["B4", "B6", "B7"], "B4 B6:B7"),
        (["AA1", "Z1", "B1"], "B1 Z1 AA1"),
        ([], ""),
    ],
)
def test_addresses_are_gathered_into_vertical_ranges(addresses, text):
    assert ranges(addresses) == text
