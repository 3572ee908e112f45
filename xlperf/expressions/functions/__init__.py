"""The closed list of functions: what exists in Excel 2010 and WPS and nothing else."""

from collections.abc import Mapping
from types import MappingProxyType

from xlperf.expressions.functions import (
    dates,
    logic,
    lookup,
    numbers,
    statistics,
    texts,
)
from xlperf.expressions.functions.registry import FunctionSpec

FUNCTIONS: Mapping[str, FunctionSpec] = MappingProxyType(
    numbers.FUNCTIONS
    | statistics.FUNCTIONS
    | logic.FUNCTIONS
    | texts.FUNCTIONS
    | lookup.FUNCTIONS
    | dates.FUNCTIONS
)

__all__ = ["FUNCTIONS", "FunctionSpec"]
