"""The id of a button of the ribbon → its action, in Excel on Windows; what goes wrong becomes a message."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from xlperf.core.errors import XlperfError
from xlperf.core.logs import log_path, write_log
from xlperf.excel.actions.excel_ui import ExcelUI, text

ACTIONS: Mapping[str, str] = {
    "new": "xlperf.excel.actions.short_actions:new",
    "fill": "xlperf.excel.actions.filling:fill",
    "last_year": "xlperf.excel.actions.filling_from_last_year:fill_from_last_year",
    "check": "xlperf.excel.actions.checking:check",
    "next_finding": "xlperf.excel.actions.finding_navigation:next_finding",
    "previous_finding": "xlperf.excel.actions.finding_navigation:previous_finding",
    "explain": "xlperf.excel.actions.finding_navigation:explain",
    "upload": "xlperf.excel.actions.short_actions:upload",
    "report": "xlperf.excel.actions.reporting:report",
    "rollup": "xlperf.excel.actions.district:rollup",
    "grade": "xlperf.excel.actions.district:grade",
    "import": "xlperf.excel.actions.short_actions:import_",
    "settings": "xlperf.excel.actions.short_actions:change",
    "doctor": "xlperf.excel.actions.short_actions:doctor",
}
"""The ids of the buttons and the functions behind them, imported when first pressed."""


def run(action: str) -> None:
    """Carry out ``action`` for the Excel that calls; called by the add-in, never raises."""
    try:
        perform(action, ExcelUI.of_caller())
    except Exception as error:
        _report_without_excel(action, error)


def perform(action: str, ui: ExcelUI) -> None:
    """Carry out ``action`` in the Excel of ``ui``.

    An XlperfError is shown as it is, any other error in short, with the log file it is written to. Raises
    only what ``ui`` raises when it cannot show a message.
    """
    try:
        ui.status()
        if action not in ACTIONS:
            ui.say(text("no_such_action", action=action), bad=True)
            return
        module, _, name = ACTIONS[action].partition(":")
        getattr(import_module(module), name)(ui)
    except XlperfError as error:
        ui.status()
        ui.say(str(error), bad=True)
    except Exception as error:
        ui.status()
        ui.say(text("broken", log=_logged(action, error)), bad=True)


def _logged(action: str, error: Exception) -> Path:
    """Write an error to the log; returns its path, even where the folder takes no file."""
    path = log_path()
    with suppress(OSError):
        write_log(path, action, error)
    return path


def _report_without_excel(action: str, error: Exception) -> None:
    """Show that Excel was not reached, in a message box of Windows, elsewhere on standard error."""
    message = text("no_excel", log=_logged(action, error))
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - its windll is on Windows only

        ctypes.windll.user32.MessageBoxW(None, message, text("no_excel_title"), 0x30)
    else:
        print(message, file=sys.stderr)
