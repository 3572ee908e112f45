"""The machine that xlperf runs on, as facts and acts behind one protocol: Windows, or any other system."""

import sys

from xlperf.excel.machine.local import Elsewhere, Python, Ran
from xlperf.excel.machine.model import WINDOWS, Machine
from xlperf.excel.machine.registry import (
    Hive,
    Key,
    Kind,
    Registry,
    Value,
)

__all__ = ["WINDOWS", "Elsewhere", "Hive", "Key", "Kind", "Machine", "Python", "Ran", "Registry", "Value"]
__all__ += ["this_machine"]


def this_machine() -> Machine:
    """The machine of this process."""
    if sys.platform == WINDOWS:
        from xlperf.excel.machine.windows import Windows  # noqa: PLC0415 — only there do its libraries exist

        return Windows()
    return Elsewhere()
