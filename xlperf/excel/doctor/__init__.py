"""What is well on this computer and what is not, each with its cure: ``xlperf doctor``."""

from xlperf.excel.doctor.examine import examine
from xlperf.excel.doctor.model import Result

__all__ = ["Result", "examine"]
