"""``xlperf doctor``: what works on this computer and what does not, each with what to do.

Importing this package enters the checks of its modules under their names in doctor.json.
"""

from xlperf.excel.doctor import addin_checks, computer_checks
from xlperf.excel.doctor.examination import Result, addin_status, examine, state_of, summary

__all__ = ["Result", "addin_checks", "addin_status", "computer_checks", "examine", "state_of", "summary"]
