"""What the add-in's VBA does: descriptions, buttons, starting Python, and what it says when that fails."""

from datetime import datetime, timedelta

import pytest
from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import MISSING, NOTHING, VBAObject, method

from tests.excel.addin.vba import HOME, World
from xlperf.core.paths import macros_dir
from xlperf.declarations.source import texts_of
from xlperf.declarations.worksheet_functions import declared
from xlperf.excel.addin.addin_builder import WRAPPERS, Description, descriptions

SAID = texts_of("ribbon")["messages"]
DESCRIBED = descriptions(sorted(declared().functions.values(), key=lambda function: function.name))
LIBRARY = "xlwings64-0.37.8.dll"
BUTTONS = [button["id"] for group in texts_of("ribbon")["groups"] for button in group["buttons"]]


@pytest.fixture
def world():
    return World()


def test_opening_the_addin_has_the_functions_described_later(world):
    world.interpreter.run("Workbook_Open", module="ThisWorkbook")
    assert world.later == ["'xlperf.xlam'!FunctionHelp.XlperfDescribe"]


def test_every_function_is_described_while_the_addin_is_not_hidden():
    world = World(DESCRIBED)
    world.interpreter.run("XlperfDescribe")
    assert world.described == [
        (f"'xlperf.xlam'!{function.name}", function.category, function.text, [*function.arguments])
        for function in DESCRIBED
    ]
    assert world.hidden == [True, False, True]
    assert world.updating == [True, False, True]
    assert world.window.activated == 1


def test_an_excel_that_describes_hidden_functions_shows_nothing():
    world = World(DESCRIBED)
    world.takes_hidden = True
    world.interpreter.run("XlperfDescribe")
    assert len(world.described) == len(DESCRIBED)
    assert world.hidden == [True]


@pytest.mark.parametrize("count", [0, 1, 9])
def test_any_number_of_arguments(count):
    arguments = tuple(f"参数{number}" for number in range(count))
    world = World((Description("XP_X", "整体绩效", "说明", arguments),))
    world.window = None
    world.interpreter.run("XlperfDescribe")
    assert world.described == [("'xlperf.xlam'!XP_X", "整体绩效", "说明", [*arguments])]


@pytest.mark.parametrize("button", BUTTONS)
def test_every_button_runs_its_action(world, button):
    world.press(button)
    assert world.executed == [f"from xlperf.excel.actions import ribbon; ribbon.run('{button}')"]
    assert world.set == [("module xlwings._xlwindows", "BOOK_CALLER", world.active)]
    assert world.shown == []


def test_with_no_workbook_open_the_addin_leads_to_excel():
    world = World(has_book=False)
    world.press("new")
    assert world.executed
    assert world.set == [("module xlwings._xlwindows", "BOOK_CALLER", world.addin)]


CODE = "from xlperf.excel.functions.publish import serve; serve('$(CLSID)')"


def test_python_is_started_apart_from_everything_around_it(world):
    world.press("check")
    assert world.commands == [rf'"{HOME}\xlperf\venv\Scripts\pythonw.exe" -I -B -c "{CODE}"']


def test_a_name_outside_ascii_goes_in_its_short_form():
    world = World(home=r"C:\Users\张三\AppData\Local")
    world.press("check")
    assert world.asked == [r"C:\Users\张三\AppData\Local\xlperf\venv\xlwings64-0.37.8.dll"]
    short = r"C:\Users\6A3F~1\AppData\Local\xlperf\venv\Scripts\pythonw.exe"
    assert world.commands == [f'"{short}" -I -B -c "{CODE}"']


def test_library_next_to_a_plain_python_is_found_too(world):
    world.libraries = {rf"{HOME}\xlperf\venv\Scripts\{LIBRARY}"}
    world.press("check")
    assert world.executed
    world.press("check")
    assert world.asked == [rf"{HOME}\xlperf\venv\{LIBRARY}", rf"{HOME}\xlperf\venv\Scripts\{LIBRARY}"]


def test_a_missing_library_is_reported_in_chinese(world):
    world.libraries = set()
    world.press("check")
    assert world.shown == [(SAID["title"], SAID["no_library"])]
    assert world.executed == []


def test_a_python_that_does_not_start_is_reported_in_chinese(world):
    world.starts = False
    world.press("doctor")
    assert world.shown == [(SAID["title"], SAID["no_server"])]


def test_an_error_of_python_is_shown_by_its_last_line(world):
    world.raises = (
        "Unexpected Python Error: Traceback (most recent call last):\r\n  File ...\r\nKeyError: 'x'\r\n"
    )
    world.press("check")
    assert world.shown == [(SAID["title"], f"{SAID['failed']}\r\nKeyError: 'x'")]


def test_a_sheet_of_functions_asks_once_where_python_does_not_start(world):
    """Each attempt may take seconds; a button, pressed by a person, tries again at once."""
    world.starts = False
    now = datetime(2025, 3, 3, 9)
    for seconds, attempts in ((0, 1), (1, 1), (29, 1), (31, 2)):
        world.interpreter.freeze(now + timedelta(seconds=seconds))
        with pytest.raises(VBARuntimeError, match=SAID["no_server"][:10]):
            world.interpreter.run("XLPy")
        assert len(world.commands) == attempts
    world.press("check")
    assert len(world.commands) == 3
    world.starts = True
    world.press("check")
    assert world.executed


class Called(VBAObject):
    """``XLPy`` where the wrappers call it; it keeps what they pass."""

    @method
    def CallUDF(self, module, function, arguments, book=None, caller=None):  # noqa: N802
        self.passed = (module, function, [arguments.get([i]) for i in range(arguments.bounds[0][1] + 1)])
        return 0.95


def test_wrappers_pass_on_what_they_get_with_all_else_missing():
    """Unchanged, ``#If`` and ``TypeOf`` included: what LibreOffice cannot run as it is."""
    world, server = World(), Called()
    world.interpreter.host.names["xlpy"] = server
    text = (macros_dir() / WRAPPERS).read_text("ascii")
    world.interpreter.modules.pop("pythonserver")
    world.interpreter.add_module(text.replace("'Adjust when using outside of Excel", ""), name="xlwings_udfs")
    for function in DESCRIBED:
        several = function.name == "XP_CHECK"
        given = [f"text {number}" for number in range(4 if several else len(function.arguments))]
        assert world.interpreter.run(function.name, given) == 0.95
        left_out = [MISSING] * (len(function.arguments) - len(given))
        passed = [given[0], NOTHING, *given[1:], *left_out] if several else given
        assert server.passed == ("xlperf.udfs", function.name, passed)
    world.interpreter.run("XP_STAFF_CONTROL_RATE", [95, 100])
    assert server.passed[2] == [95, 100, MISSING]
