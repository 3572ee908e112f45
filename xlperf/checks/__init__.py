"""Received workbooks → a Report of findings: one module a stage, the stages listed in ``registry``."""

from xlperf.checks.outcome import Outcome, check_file
from xlperf.checks.run import check
from xlperf.rules.verdicts import Verdict, judge

__all__ = ["Outcome", "Verdict", "check", "check_file", "judge"]
