"""The closed list of functions: what exists in Excel 2010 and WPS and nothing else."""

from collections.abc import Mapping
from types import MappingProxyType

from xlperf.expressions.functions import (
    date_functions,
    logic_functions,
    lookup_functions,
    number_functions,
    statistical_functions,
    text_functions,
)
from xlperf.expressions.functions.function_registry import FunctionSpec

FUNCTIONS: Mapping[str, FunctionSpec] = MappingProxyType(
    number_functions.FUNCTIONS
    | statistical_functions.FUNCTIONS
    | logic_functions.FUNCTIONS
    | text_functions.FUNCTIONS
    | lookup_functions.FUNCTIONS
    | date_functions.FUNCTIONS
)

__all__ = ["FUNCTIONS", "FunctionSpec"]
