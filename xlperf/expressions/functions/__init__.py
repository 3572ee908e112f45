"""The closed list of functions: what exists in Excel 2010 and WPS and nothing else."""

from collections.abc import Mapping
from types import MappingProxyType

from xlperf.expressions.functions import (
    lookup_functions,
    scalar_functions,
    statistical_functions,
    text_functions,
)
from xlperf.expressions.functions.function_registry import FunctionSpec

FUNCTIONS: Mapping[str, FunctionSpec] = MappingProxyType(
    scalar_functions.FUNCTIONS
    | statistical_functions.FUNCTIONS
    | text_functions.FUNCTIONS
    | lookup_functions.FUNCTIONS
)

__all__ = ["FUNCTIONS", "FunctionSpec"]
