"""The profile a function computes with: the one named, else that of the user's settings, else the default."""

from xlperf.forms import Profile, load_profile
from xlperf.settings import read_settings
from xlperf.worksheet.cells import Cell
from xlperf.worksheet.declared import declared
from xlperf.worksheet.reading import refuse_error


def profile_of(cell: Cell, label: str) -> Profile:
    """The profile whose id ``cell`` holds; blank: see above. InputError for one that does not exist."""
    refuse_error(cell, label)
    named = "" if cell is None else str(cell).strip()
    return load_profile(named or default_profile())


def default_profile() -> str:
    """The id of the profile used where none is named."""
    return read_settings().profile or declared().default_profile
