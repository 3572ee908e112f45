"""The Excel add-in on this computer: installed, looked at, removed."""

from xlperf.excel.installation.install import Wanted, install
from xlperf.excel.installation.remove import remove
from xlperf.excel.installation.state import State, look
from xlperf.excel.installation.status import status

__all__ = ["State", "Wanted", "install", "look", "remove", "status"]
