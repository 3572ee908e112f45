"""A button of the ribbon → its action, carried out; whatever goes wrong becomes words."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from xlperf.core.errors import XlperfError
from xlperf.core.logs import log_path, write_log
from xlperf.excel.actions.action_texts import text
from xlperf.excel.actions.host import Host

ACTIONS: Mapping[str, str] = {
    "new": "xlperf.excel.actions.starting:new",
    "fill": "xlperf.excel.actions.filling:fill",
    "check": "xlperf.excel.actions.checking:check",
    "next_finding": "xlperf.excel.actions.walking:next_finding",
    "previous_finding": "xlperf.excel.actions.walking:previous_finding",
    "explain": "xlperf.excel.actions.explaining:explain",
    "upload": "xlperf.excel.actions.uploading:upload",
    "import": "xlperf.excel.actions.importing:import_",
    "settings": "xlperf.excel.actions.preferences:change",
    "doctor": "xlperf.excel.actions.diagnosis:doctor",
}
"""The ids of the buttons and the functions behind them, imported when first pressed."""


def run(action: str) -> None:
    """Carry out ``action`` for the Excel that calls; called by the add-in, never raises."""
    try:
        from xlperf.excel.actions.excel import ExcelHost  # noqa: PLC0415 - a missing Excel is told below

        perform(action, ExcelHost.of_caller())
    except Exception as error:
        _tell_without_excel(action, error)


def perform(action: str, host: Host) -> None:
    """Carry out ``action`` before ``host``.

    What is meant for the user is said; everything else is said shortly, and written to a file. Raises
    only what ``host`` raises when it cannot even say that.
    """
    try:
        host.status()
        if action not in ACTIONS:
            host.say(text("no_such_action", action=action), bad=True)
            return
        module, _, name = ACTIONS[action].partition(":")
        getattr(import_module(module), name)(host)
    except XlperfError as error:
        host.say(str(error), bad=True)
    except Exception as error:
        host.say(text("broken", log=_logged(action, error)), bad=True)


def _logged(action: str, error: Exception) -> Path:
    """Where it is written what went wrong; a folder that takes no file is no reason to say nothing."""
    path = log_path()
    with suppress(OSError):
        write_log(path, action, error)
    return path


def _tell_without_excel(action: str, error: Exception) -> None:
    """Say that Excel was not reached, by Windows itself where there is one."""
    message = text("no_excel", log=_logged(action, error))
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - its windll is on Windows only

        ctypes.windll.user32.MessageBoxW(None, message, text("no_excel_title"), 0x30)
    else:
        print(message, file=sys.stderr)
