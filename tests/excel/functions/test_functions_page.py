"""docs/工作表函数.md is what the declarations give, and names every function with all its arguments."""

from pathlib import Path

from tests.excel.functions.page import functions_page
from xlperf.declarations.source import texts_of
from xlperf.declarations.worksheet_functions import declared

PAGE = Path(__file__).parents[3] / "docs" / "工作表函数.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text("utf-8") == functions_page(), (
        "python -m tests.excel.functions.page > docs/工作表函数.md"
    )


def test_every_function_is_in_a_group():
    names = [name for group in texts_of("functions")["groups"].values() for name in group]
    assert sorted(names) == sorted(declared().functions)


def test_every_function_has_a_section_with_arguments_example_and_basis():
    page = functions_page()
    for name, function in declared().functions.items():
        section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert function.description in section
        assert f"`={name}(" in section
        assert "→" in section
        assert "- 依据：" in section
        for argument in function.arguments:
            shown = (
                argument.name if argument.most == 1 else f"{argument.name}1–{argument.name}{argument.most}"
            )
            assert f"| {shown} | {argument.label} | {argument.help} |" in section
