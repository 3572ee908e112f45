"""A button of the ribbon → its action, carried out; whatever goes wrong becomes words."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from xlperf.errors import XlperfError
from xlperf.live.host import Host
from xlperf.live.wording import text
from xlperf.logs import log_path, write_log

ACTIONS: Mapping[str, str] = {
    "new": "xlperf.live.starting:new",
    "fill": "xlperf.live.filling:fill",
    "check": "xlperf.live.checking:check",
    "next_finding": "xlperf.live.walking:next_finding",
    "previous_finding": "xlperf.live.walking:previous_finding",
    "explain": "xlperf.live.explaining:explain",
    "upload": "xlperf.live.uploading:upload",
    "import": "xlperf.live.importing:import_",
    "settings": "xlperf.live.preferences:change",
    "doctor": "xlperf.live.diagnosis:doctor",
}
"""The ids of the buttons and the functions behind them, imported when first pressed."""


def run(action: str) -> None:
    """Carry out ``action`` for the Excel that calls; called by the add-in, never raises."""
    try:
        from xlperf.live.excel import ExcelHost  # noqa: PLC0415 - a missing Excel is told below

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
