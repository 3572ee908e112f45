"""The profile that a ledger names: in its document properties, else in the title of its instructions."""

from xlperf.core.errors import InputError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import read, text_of
from xlperf.ledgers.grids import SourceTables

LEDGER_PROPERTY = "xlperf.ledger"
"""The custom property of a ledger workbook: the id of its profile."""
_LONGEST = 100


def titled(name: str) -> str:
    """The title of the instructions of a ledger for the profile called ``name``."""
    return f"{read(schemas_dir() / 'ledger.json', 'ledger')['title']}（{name}）"


def named_profile(tables: SourceTables, usual: Profile | None) -> Profile:
    """The profile that the ledger names, else ``usual``.

    Raises InputError where there is neither, and for a name that is no profile's.
    """
    names = (tables.profile, *map(_titled_name, _titles(tables)))
    name = " ".join(next(filter(None, names), "").split())[:_LONGEST]
    if name:
        return load_profile(name)
    if usual is None:
        known = "、".join(profile_ids())
        raise InputError(text_of("messages", "ledger", "no_profile", known=known))
    return usual


def _titles(tables: SourceTables) -> list[str]:
    tops = (grid.top(1) for grid in tables.grids if grid.frame.size)
    return [str(rows[0][0]) for rows in tops if rows and rows[0]]


def _titled_name(title: str) -> str:
    """The name in a title of instructions; "" for any other text."""
    before, after = titled("\0").split("\0")
    is_title = title.startswith(before) and title.endswith(after) and len(title) > len(before + after)
    return title.removeprefix(before).removesuffix(after) if is_title else ""
