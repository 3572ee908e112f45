"""What functions.json says: complete, within Excel's limits, and true of ratios, forms and examples."""

import ast
import inspect
import subprocess
import sys

import pytest

import xlperf.udfs
from tests.excel.functions.typed import typed
from xlperf.core.errors import DeclarationError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import read
from xlperf.declarations.worksheet_functions import declared
from xlperf.excel.functions.publish import publish

FUNCTIONS = declared().functions
EXAMPLES = [(function, example) for function in FUNCTIONS.values() for example in function.examples]


def test_schemas_of_ones_own(tmp_path, monkeypatch):
    monkeypatch.setenv("XLPERF_SCHEMAS", str(tmp_path))
    assert declared.__wrapped__() == declared()
    own = tmp_path / "own"
    own.mkdir()
    (own / "functions.json").write_text("{")
    monkeypatch.setenv("XLPERF_SCHEMAS", str(own))
    with pytest.raises(DeclarationError, match="不是合法的 JSON"):
        declared.__wrapped__()


def test_every_ratio_has_a_function_and_binds_all_its_names():
    ratios = read(schemas_dir() / "ratios.json", "ratios")["ratios"]
    bound = {
        function.subject: {arg.binds for arg in function.arguments if arg.binds}
        for function in FUNCTIONS.values()
        if function.kind == "ratio"
    }
    used = {
        name: {
            part.split("}")[0]
            for text in (spec["numerator"], spec["denominator"])
            for part in text.split("{")[1:]
        }
        for name, spec in ratios.items()
    }
    assert bound == used


def test_names_fit_excel_and_are_distinct():
    assert all(name.isascii() and len(name) <= 31 for name in FUNCTIONS)
    chinese = [function.chinese for function in FUNCTIONS.values()]
    assert len(set(chinese)) == len(chinese)
    for function in FUNCTIONS.values():
        assert function.chinese.isidentifier()
        assert 0 < len(function.description) <= 255
        assert all(0 < len(argument.help) < 255 for argument in function.arguments)
        assert "caller" not in {argument.name for argument in function.arguments}
        for names in ([arg.name for arg in function.arguments], [arg.label for arg in function.arguments]):
            assert len(set(names)) == len(names), function.name
            assert all(name.isidentifier() for name in names), function.name


VBA_WORDS = """
and as boolean byref byte byval call case const currency date debug declare dim do double each else end
enum eqv erase error event exit false for friend function get gosub goto if imp implements in input
integer is let like lock long loop lset me mod name new next not nothing null object on open option
optional or paramarray print private property public put raiseevent redim rem resume return rset seek
select set single static step stop string sub then time to true type unlock until variant wend while
with write xor argsarray k xlpy
"""
"""Words that VBA keeps for itself, and the names that the generated wrappers use."""


def test_no_argument_is_a_word_of_vba():
    assert not set(VBA_WORDS.split()) & {
        arg.name for function in FUNCTIONS.values() for arg in function.arguments
    }


def test_arguments_that_may_be_left_out_come_last():
    for function in FUNCTIONS.values():
        optional = [arg.may_be_left_out for arg in function.arguments]
        assert optional == sorted(optional), function.name


@pytest.mark.parametrize("profile", profile_ids())
def test_what_functions_name_is_there_in_every_profile(profile):
    forms = load_profile(profile).forms
    for function in FUNCTIONS.values():
        if function.kind == "field":
            assert forms[function.subject["form"]].fields[function.subject["field"]].function
        if function.kind == "row":
            assert (
                function.subject["column"]
                in forms[function.subject["form"]].tables[function.subject["table"]].computed
            )
        for arg in function.arguments:
            assert not arg.parameter or arg.parameter in load_profile(profile).parameters


@pytest.mark.parametrize(("function", "example"), EXAMPLES, ids=lambda value: getattr(value, "name", ""))
def test_every_example_gives_its_result(function, example):
    result = getattr(xlperf.udfs, function.name)(*map(typed, example.arguments))
    if example.rest:
        result = result[: len(example.result)]
    assert result == example.result


def test_the_module_holds_every_function_under_its_name():
    for function in FUNCTIONS.values():
        made = getattr(xlperf.udfs, function.name)
        assert made.__name__ == function.name
        assert made.__doc__ == function.help


def test_the_wizard_shows_how_a_function_is_typed():
    assert FUNCTIONS["XP_KEY_SPENDING_RATE"].help.endswith("例：=XP_KEY_SPENDING_RATE(60,90) 得 0.6667")
    for function in FUNCTIONS.values():
        assert function.description in function.help
        assert len(function.help) < 255
        assert f"例：={function.name}(" in function.help


def test_published_with_the_names_that_people_read():
    calls = []

    def decorator(*args, **options):
        calls.append((args, options))
        return lambda made: made

    made = publish(decorator, decorator, decorator, chinese=True)["XP_EXECUTION_SCORE"]
    parameters = inspect.signature(made).parameters
    assert list(parameters) == ["全年执行数", "全年预算数", "分值", "口径"]
    assert [parameter.default for parameter in parameters.values()] == [inspect.Parameter.empty] * 2 + [
        None
    ] * 2
    assert ((), {"name": "预算执行率得分"}) in calls
    assert made(984.9, 1000) == 9.85


def test_excel_does_not_wait_for_the_declarations_of_forms_to_be_imported():
    """The module is imported while a cell waits; forms and rules are loaded by the first call."""
    program = (
        "import sys, xlperf.udfs; print(sorted(name for name in sys.modules if name.startswith('xlperf.')))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name for name in ast.literal_eval(run.stdout) if not name.startswith("xlperf.core")}
    assert loaded <= {
        "xlperf.udfs",
        "xlperf.excel",
        "xlperf.excel.functions",
        "xlperf.excel.functions.publish",
        "xlperf.declarations",
        "xlperf.declarations.source",
        "xlperf.declarations.worksheet_functions",
    }
