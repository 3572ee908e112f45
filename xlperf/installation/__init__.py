"""The Excel add-in on this computer: installed, looked at, removed."""

from xlperf.installation.install import Wanted, install
from xlperf.installation.remove import remove
from xlperf.installation.state import State, look
from xlperf.installation.status import status

__all__ = ["State", "Wanted", "install", "look", "remove", "status"]
