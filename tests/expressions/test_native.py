"""The native formula: canonical text, references replaced, and the same tree when read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.expressions import Node, native, parse
from xlperf.expressions.tree import (
    PRECEDENCE,
    Binary,
    Call,
    Constant,
    Number,
    Percent,
    Prefix,
    Reference,
    Text,
)
from xlperf.expressions.value_types import ErrorValue


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (" 甲 + ( 乙 * 丙 ) ", "甲+乙*丙"),
        ("((甲+乙))*丙", "(甲+乙)*丙"),
        ("甲-(乙+丙)", "甲-(乙+丙)"),
        ("(甲-乙)+丙", "甲-乙+丙"),
        ("甲/(乙*丙)", "甲/(乙*丙)"),
        ("(甲^乙)^丙", "甲^乙^丙"),
        ("甲^(乙^丙)", "甲^(乙^丙)"),
        ("(-甲)^2", "-甲^2"),
        ("-(甲^2)", "-(甲^2)"),
        ("(-甲)%", "-甲%"),
        ("-(甲%)", "-(甲%)"),
        ("(甲=乙)=丙", "甲=乙=丙"),
        ("甲=(乙=丙)", "甲=(乙=丙)"),
        ("if( 甲 >= 30 % , true , #N/A )", "IF(甲>=30%,TRUE,#N/A)"),
        ('甲&"说""明"', '甲&"说""明"'),
        ("0.10+100.0", "0.1+100"),
        ("1e20*0.00000015", "1E+20*1.5E-07"),
    ],
)
def test_canonical_text(formula: str, text: str) -> None:
    assert native(parse(formula), lambda name: name) == text


def test_references_are_located() -> None:
    places = {"执行": "整体!$F$8", "参数!分值": "10", "digits!得分": "2", "项目!名称": "项目_名称"}
    node = parse('IF(项目!名称="","",PRINTED(执行/100*参数!分值,得分))')
    assert native(node, places.__getitem__) == 'IF(项目_名称="","",ROUND(整体!$F$8/100*10,2))'


NUMBERS = st.floats(0, 1e15, allow_nan=False).map(lambda value: Number(float(f"{value:.15g}")))
LEAVES = st.one_of(
    NUMBERS,
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=5).map(Text),
    st.sampled_from([Constant(True), Constant(False), *(Constant(error) for error in ErrorValue)]),
    st.sampled_from(
        [Reference(name) for name in ("甲", "三公经费_决算数", "项目!执行", "E", "digits!率", "_x.1")]
    ),
)


def _branches(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Prefix, st.sampled_from("+-"), inner),
        st.builds(Percent, inner),
        st.builds(Binary, st.sampled_from(sorted(PRECEDENCE)), inner, inner),
        st.builds(
            lambda name, items: Call(name, tuple(items)),
            st.just("SUM"),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(lambda a, b, c: Call("IF", (a, b, c)), inner, inner, inner),
    )


@given(st.recursive(LEAVES, _branches, max_leaves=15))
def test_reading_the_native_text_gives_the_same_tree(node: Node) -> None:
    text = native(node, lambda name: name)
    assert parse(text) == node
    assert native(parse(text), lambda name: name) == text
