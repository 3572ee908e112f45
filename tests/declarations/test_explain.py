"""xlperf explain: every code has a page, and the page of documentation is up to date."""

import re
from pathlib import Path

import pytest

from xlperf.core.errors import InputError
from xlperf.declarations.explain import all_codes, explain, reference
from xlperf.declarations.profile import load_profile

DOCUMENT = Path(__file__).parents[2] / "docs" / "问题代码.md"


@pytest.mark.parametrize("code", sorted(all_codes()))
def test_every_code_has_a_complete_page(code):
    page = explain(code)
    info = all_codes()[code]
    assert page.startswith(f"{code} {info.name}\n严重程度：{info.severity.value}\n")
    for heading in ("检查什么：", "消息：", "处理办法：", "依据："):
        assert heading in page
    assert all(line.strip() not in ("", "：") for line in page.splitlines())


def test_a_rule_shows_examples_profiles_and_for_authors_its_formula():
    page = explain("b502")
    assert "应当成立" not in page
    assert "应当成立：在职人数：在职人数<=编制数" in explain("b502", formulas=True)
    staff, posts = "财政供养人员情况·2024年实际在职人数", "财政供养人员情况·编制数"
    assert f"正确的例子：{posts} = 47，{staff} = 47" in page
    assert f"错误的例子：{posts} = 47，{staff} = 54" in page
    assert "用于口径：各口径" in page
    assert load_profile("hunan-yueyang-2024").rules["B502"].basis in page


@pytest.mark.parametrize("code", sorted(all_codes()))
def test_no_page_shows_what_is_inside_the_program(code):
    page = explain(code)
    assert not re.search(r"PRINTED|参数!|\{\w+\}|[a-z]+-[a-z]+-20\d\d", page)


def test_limits_are_figures():
    assert "界限：单位疑错倍数 1000" in explain("B523")
    assert "界限：超额说明比例 1.3" in explain("S619")


def test_unknown_code_names_a_near_one():
    with pytest.raises(InputError, match="没有问题代码“E9O1”（是不是 E901？）"):
        explain("E9O1")


def test_reference_holds_every_code_once():
    page = reference()
    for code, info in all_codes().items():
        assert page.count(f"\n### {code} {info.name}\n") == 1


def test_document_is_up_to_date():
    assert DOCUMENT.read_text("utf-8") == reference(), (
        "请运行 python -m xlperf.declarations.explain --all > docs/问题代码.md"
    )


def test_a_rule_that_is_no_formula_says_why():
    """S639 adds up amounts named in a sentence; S601 is a plain formula."""
    reason = load_profile("national-2020").rules["S639"].native_reason
    assert f"不写成公式的原因：{reason}" in explain("S639", formulas=True)
    assert "不写成公式的原因" not in explain("S601", formulas=True)
