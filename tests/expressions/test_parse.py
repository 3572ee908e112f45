"""Excel's precedence, names, and everything that is refused before a value is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.expressions import value_of
from xlperf.core.errors import XlperfError
from xlperf.declarations.fields import explained, mistake_text
from xlperf.expressions import (
    ExpressionError,
    functions_used,
    parse,
    references,
)
from xlperf.expressions.tree import Binary, Call, Constant, Number, Percent, Prefix, Reference, Text
from xlperf.expressions.value_types import ErrorValue

A, B, C = Reference("甲"), Reference("乙"), Reference("丙")


@pytest.mark.parametrize(
    ("formula", "tree"),
    [
        ("三公经费_本年决算数", Reference("三公经费_本年决算数")),
        ("项目!年度资金总额_全年执行数", Reference("项目!年度资金总额_全年执行数")),
        ("参数!加分上限", Reference("参数!加分上限")),
        ("在职.人员_1", Reference("在职.人员_1")),
        ("1.5", Number(1.5)),
        ("1E+3", Number(1000.0)),
        ("1.5e-7", Number(1.5e-7)),
        ("30%", Percent(Number(30.0))),
        ('"说""明"""', Text('说"明"')),
        ('""', Text("")),
        ("true", Constant(True)),
        ("FALSE", Constant(False)),
        ("#N/A", Constant(ErrorValue.NA)),
        ("#DIV/0!", Constant(ErrorValue.DIV0)),
        ("甲+乙*丙", Binary("+", A, Binary("*", B, C))),
        ("(甲+乙)*丙", Binary("*", Binary("+", A, B), C)),
        ("甲-乙-丙", Binary("-", Binary("-", A, B), C)),
        ("甲-(乙-丙)", Binary("-", A, Binary("-", B, C))),
        ("甲^乙^丙", Binary("^", Binary("^", A, B), C)),
        ("-甲^乙", Binary("^", Prefix("-", A), B)),
        ("甲^-乙", Binary("^", A, Prefix("-", B))),
        ("-甲%", Percent(Prefix("-", A))),
        ("-(甲%)", Prefix("-", Percent(A))),
        ("甲%%", Percent(Percent(A))),
        ("甲%^乙", Binary("^", Percent(A), B)),
        ("--甲", Prefix("-", Prefix("-", A))),
        ("甲--乙", Binary("-", A, Prefix("-", B))),
        ("甲&乙=丙", Binary("=", Binary("&", A, B), C)),
        ("甲&乙+丙", Binary("&", A, Binary("+", B, C))),
        ("甲=乙=丙", Binary("=", Binary("=", A, B), C)),
        ("甲<>乙", Binary("<>", A, B)),
        ("甲<=乙", Binary("<=", A, B)),
        ("sum(甲,乙)", Call("SUM", (A, B))),
        ("IF(甲>1,乙)", Call("IF", (Binary(">", A, Number(1.0)), B))),
        (" 甲 \n +  乙 ", Binary("+", A, B)),
        ("SUM( 甲 , 乙 )", Call("SUM", (A, B))),
        ("PRINTED(甲*2,乙)", Call("ROUND", (Binary("*", A, Number(2.0)), Reference("digits!乙")))),
    ],
)
def test_tree(formula: str, tree: object) -> None:
    assert parse(formula) == tree


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("-2^2", 4.0),
        ("2^-1", 0.5),
        ("2^3^2", 64.0),
        ("-5%", -0.05),
        ("2+3*4^2/8-1", 7.0),
        ("200%^2", 4.0),
        ("1+2&3", "33"),
        ("1+1=2", True),
        ("3>2>1", True),  # TRUE > 1: truth values are greater than numbers
        ("10-4-3", 3.0),
        ("100/10/5", 2.0),
    ],
)
def test_precedence_by_value(formula: str, value: object) -> None:
    assert value_of(formula) == value


@pytest.mark.parametrize(
    ("formula", "position", "why"),
    [
        ("A1+1", 0, "单元格地址"),
        ("甲+$B$2", 2, "单元格地址"),
        ("甲:乙", 0, "单元格地址"),
        ("SUM(甲,XFD1048576)", 6, "单元格地址"),
        ("R1C1", 0, "单元格地址"),
        ("c", 0, "单元格地址"),
        ("Sheet1!A1", 0, "单元格地址"),
        ("甲!乙!丙", 0, "只能有一个"),
        ("甲（1）", 0, "标点用半角"),
        ("甲　+1", 0, "不是字段名"),
        ("表[列]", 0, "不是字段名"),
        ("'有 空'!甲", 0, "不是字段名"),
        ("1.2.3", 0, "不是字段名"),
        ("甲+SUMM(1)", 2, "没有函数“SUMM”"),
        ("VLOOKUP(1,甲,2,0)", 0, "没有函数"),
        ("ROUND(甲)", 0, "ROUND 要 2 个参数，写了 1 个"),
        ("1+IF(甲)", 2, "IF 要 2～3 个参数，写了 1 个"),
        ("SUM()", 0, "SUM 要 1 个或更多参数"),
        ("SUMIFS(甲,乙,1,丙)", 0, "SUMIFS 要 3 个参数，可以每次多 2 个，写了 4 个"),
        ("SUM(甲,,乙)", 6, "第 2 个参数是空的"),
        ("SUM(甲,)", 6, "第 2 个参数是空的"),
        ("PRINTED(甲)", 0, "PRINTED 要 2 个参数"),
        ("PRINTED(甲,2)", 10, "只能是本表的字段名"),
        ("PRINTED(甲,项目!乙)", 10, "只能是本表的字段名"),
        ("SUMIF(甲+1,1)", 6, "第 1 个参数只能是列名或字段名"),
        ('COUNTIFS(甲,1,"x",1)', 13, "第 3 个参数只能是列名或字段名"),
        ("MATCH(1,甲,1)", 10, "只能写 0"),
        ("MATCH(1,甲)", 0, "MATCH 要 3 个参数"),
        ('TEXT(甲,"[红色]0")', 7, "不支持格式"),
        ("SUMPRODUCT(甲=1,乙)", 11, "逻辑值当作 0"),
        ("SUMPRODUCT(甲,ISNUMBER(乙))", 13, "逻辑值当作 0"),
        ("SUMPRODUCT(IF(甲,1,2))", 11, "不逐行计算"),
        ("", 0, "此处缺少"),
        ("甲+", 2, "此处缺少"),
        ("甲 乙", 2, "前缺少运算符"),
        ("SUM(甲 乙)", 6, "前缺少运算符"),
        ("甲==乙", 2, "此处缺少"),
        ("(甲+乙", 0, "没有配对"),
        ("SUM(甲", 0, "没有配对"),
        ("甲)", 2, "没有配对"),
        ('"未完', 3, "没有配对"),
        ("(甲,乙)", 2, "不能用“,”"),
        ("{1,2}", 0, "不能用“{”"),
        ("SUM(甲;乙)", 5, "不能用“;”"),
        ("=甲", 0, "开头不写"),
        ("1234567890.1234567", 0, "15 位有效数字"),
        ("1E+400", 0, "太大"),
        ("(" * 61 + "1" + ")" * 61, 60, "60 层"),
        ("-" * 61 + "1", 60, "60 层"),
        ("+".join(["甲"] * 61), 0, "请用 SUM"),
    ],
)
def test_refused(formula: str, position: int, why: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(formula)
    error = caught.value
    assert why in mistake_text(error.mistake)
    assert (error.text, error.position) == (formula, position)
    assert isinstance(error, XlperfError)
    assert explained(error) == f"公式“{formula}”第 {position + 1} 个字符有误：{mistake_text(error.mistake)}"


@given(st.text(alphabet="甲乙A1(),\"+-*/^&=<>%!#.; \nSUMIF{}[]:$'", max_size=20))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    position = 0
    try:
        parse(text)
    except ExpressionError as error:
        position = error.position
    assert 0 <= position <= len(text)


def test_sixty_levels_are_taken_and_compiled() -> None:
    assert value_of("IF(TRUE," * 58 + "1" + ")" * 58) == 1.0
    assert value_of("+".join(["1"] * 60)) == 60.0
    assert value_of("SUMPRODUCT(" + "ABS(" * 57 + "甲" + ")" * 57 + ")", {"甲": (1.0, -2.0)}) == 3.0


def test_references_and_functions() -> None:
    node = parse('IF(项目!执行>参数!上限,SUM(指标_得分)&"甲",PRINTED(甲/乙,控制率))')
    assert references(node) == {"项目!执行", "参数!上限", "指标_得分", "甲", "乙", "digits!控制率"}
    assert functions_used(node) == {"IF", "SUM", "ROUND"}
