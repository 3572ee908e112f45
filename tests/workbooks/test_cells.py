"""Cell XML: what a reader gets back is what was written, whatever characters it is made of."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.expressions import ErrorValue, Value
from xlperf.workbooks.sheet_xml import LONGEST_TEXT, formula_cell, legal_text, plain_cell

FORMULA = "<f>A1&amp;B1</f>"


def parsed(rest: str) -> ElementTree.Element:
    return ElementTree.fromstring(f'<c r="A1"{rest}')


def text_of(rest: str) -> str:
    return "".join(parsed(rest).itertext())


@pytest.mark.parametrize(
    ("value", "kind", "content"),
    [
        (12.0, None, "12"),
        (0.1, None, "0.1"),
        (-0.005, None, "-0.005"),
        (1e22, None, "1e+22"),
        (123456789.12, None, "123456789.12"),
        (True, "b", "1"),
        (False, "b", "0"),
        (ErrorValue.DIV0, "e", "#DIV/0!"),
        ("文字", "inlineStr", "文字"),
    ],
)
def test_plain_values(value: Value, kind: str | None, content: str) -> None:
    cell = parsed(plain_cell(value))
    assert (cell.get("t"), "".join(cell.itertext())) == (kind, content)


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_an_empty_cell(nothing: Value) -> None:
    assert plain_cell(nothing) == "/>"


@pytest.mark.parametrize(
    ("value", "kind", "content"),
    [
        (1.5, None, "1.5"),
        ("不适用", "str", "不适用"),
        (None, "str", None),
        ("a<b", "str", "a<b"),
        (ErrorValue.NA, "e", "#N/A"),
        (True, "b", "1"),
    ],
)
def test_formulas_carry_their_value(value: Value, kind: str | None, content: str | None) -> None:
    cell = parsed(formula_cell(FORMULA, value))
    assert (cell.get("t"), cell.findtext("f")) == (kind, "A1&B1")
    assert (cell.findtext("v") or None) == content


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_exactly(value: float) -> None:
    assert float(text_of(plain_cell(value))) == value


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff_")))
def test_texts_come_back_exactly(text: str) -> None:
    assert text_of(plain_cell(text)) == text


@given(st.text(st.characters()))
def test_any_text_is_well_formed(text: str) -> None:
    assert parsed(plain_cell(text)) is not None


def test_what_looks_like_an_escape_is_escaped() -> None:
    assert text_of(plain_cell("a_x000D_b_x00_")) == "a_x005F_x000D_b_x00_"


def test_lines_end_with_line_feeds_and_forbidden_characters_go() -> None:
    assert legal_text("a\r\nb\rc\nd\te\x00\x1f\ud800\uffff😀") == "a\nb\nc\nd\te😀"


def test_texts_are_cut_where_a_cell_ends_never_inside_a_character() -> None:
    assert legal_text("长" * 40000) == "长" * LONGEST_TEXT
    assert legal_text("😀" * 20000) == "😀" * (LONGEST_TEXT // 2)
