"""Declared formulas as Excel gets them."""

from dataclasses import replace

import pytest

from xlperf.core.errors import DeclarationError
from xlperf.declarations.form_layout import place
from xlperf.declarations.native_formulas import field_formula, row_formula
from xlperf.declarations.profile import load_profile
from xlperf.expressions import parse

PROFILE = load_profile("hunan-yueyang-2024")
OVERALL = PROFILE.forms["整体"]
TABLE = OVERALL.tables["指标"]
PLACEMENT = place(OVERALL)


def formula(text, form=OVERALL, profile=PROFILE):
    return field_formula(replace(OVERALL.fields["执行率"], formula=parse(text)), form, profile)


def test_fields_and_columns_are_defined_names():
    assert field_formula(OVERALL.fields["总分_分值"], OVERALL, PROFILE) == (
        "=IF(COUNT(指标_分值)=0,100,SUM(执行分值,指标_分值))"
    )


def test_a_ratio_names_its_parts_and_says_what_a_zero_denominator_gives():
    assert field_formula(OVERALL.fields["执行率"], OVERALL, PROFILE) == (
        '=IF(OR(年度资金总额_全年预算数="",年度资金总额_全年执行数=""),"",'
        'IF(年度资金总额_全年预算数=0,"不适用",ROUND(年度资金总额_全年执行数/年度资金总额_全年预算数,4)))'
    )


def test_parameters_are_written_as_literals():
    profile = replace(PROFILE, parameters={"甲": 1.3, "乙": '他说"好"', "丙": 10})
    assert formula("参数!甲*参数!丙", profile=profile) == "=1.3*10"
    assert formula("参数!乙", profile=profile) == '="他说""好"""'


def test_printed_digits_are_those_of_the_type():
    assert formula("ROUND(执行率,digits!执行率)") == "=ROUND(执行率,4)"


def test_a_virtual_field_has_no_cell_so_its_formula_is_put_in_its_place():
    hidden = replace(OVERALL.fields["等级"], id="差额", formula=parse("总分_分值-总分_得分"), virtual=True)
    form = replace(OVERALL, fields={**OVERALL.fields, "差额": hidden})
    assert formula("100*差额", form) == "=100*(总分_分值-总分_得分)"


def test_a_virtual_field_without_formula_cannot_be_used_on_a_sheet():
    hidden = replace(OVERALL.fields["等级"], id="缺", formula=None, virtual=True)
    with pytest.raises(DeclarationError, match="缺"):
        formula("缺+1", replace(OVERALL, fields={**OVERALL.fields, "缺": hidden}))


def test_a_field_without_formula_has_none_to_write():
    with pytest.raises(DeclarationError, match="没有公式"):
        field_formula(OVERALL.fields["单位名称"], OVERALL, PROFILE)


@pytest.mark.parametrize(("index", "row"), [(0, 14), (8, 22)])
def test_a_row_formula_speaks_of_its_own_row(index, row):
    column = replace(TABLE.columns["得分"], formula=parse("MIN(分值,执行分值)/参数!执行分值"))
    assert row_formula(column, TABLE, index, PLACEMENT, PROFILE) == f"=MIN(G{row},执行分值)/10"


def test_a_row_formula_writes_out_virtual_columns():
    half = replace(TABLE.columns["成本类"], id="一半", formula=parse("分值/2"))
    table = replace(TABLE, columns={**TABLE.columns, "一半": half})
    column = replace(TABLE.columns["得分"], formula=parse("一半-1"))
    assert row_formula(column, table, 2, PLACEMENT, PROFILE) == "=(G16/2)-1"


def test_a_row_formula_cannot_use_what_only_a_reader_derives():
    column = replace(TABLE.columns["得分"], formula=parse("指标值_数"))
    with pytest.raises(DeclarationError, match="指标值_数"):
        row_formula(column, TABLE, 0, PLACEMENT, PROFILE)
