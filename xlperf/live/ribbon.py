"""A button of the ribbon → its action, carried out; whatever goes wrong becomes words."""

import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from xlperf.errors import XlperfError
from xlperf.live.host import Host
from xlperf.live.wording import text

Action = Callable[[Host], None]
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
    except Exception:
        _tell_without_excel(action)


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
    except Exception:
        host.say(text("broken", log=write_log(action)), bad=True)


def write_log(action: str) -> Path:
    """Write what just went wrong to a file of its own and return where it lies."""
    now = datetime.now()
    path = Path(tempfile.gettempdir(), f"xlperf-{now:%Y%m%d-%H%M%S-%f}.log")
    head = f"xlperf {version('xlperf')}, xlwings {version('xlwings')}, Python {sys.version}\n{action}\n\n"
    with suppress(OSError):
        path.write_text(head + traceback.format_exc(), encoding="utf-8")
    return path


def _tell_without_excel(action: str) -> None:
    """Say that Excel was not reached, by Windows itself where there is one."""
    message = text("no_excel", log=write_log(action))
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - its windll is on Windows only

        ctypes.windll.user32.MessageBoxW(None, message, text("no_excel_title"), 0x30)
    else:
        print(message, file=sys.stderr)
