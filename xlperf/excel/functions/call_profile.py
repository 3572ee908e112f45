"""The profile of a call: the one named, else that of the user's settings."""

from xlperf.core.settings import read_settings
from xlperf.declarations.worksheet_functions import declared
from xlperf.excel.functions.cell_reading import without_error
from xlperf.excel.functions.excel_cells import Cell


def profile_named(cell: Cell, label: str) -> str:
    """The id that ``cell`` holds, else that of the settings, "" where neither names one.

    Raises Problem, naming ``label``, for a cell that shows an error.
    """
    content = without_error(cell, label)
    named = "" if content is None else str(content).strip()
    return named or read_settings().profile


def default_profile() -> str:
    """The id of the profile to compute with where none is named."""
    return declared().default_profile
