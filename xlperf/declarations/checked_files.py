"""A received file as reports show it: whose it is, which forms are in it, how many findings."""

from dataclasses import dataclass

GUESSED = "guessed"
"""``profile_by`` of a file whose profile nothing names."""


@dataclass(frozen=True, slots=True)
class SeenForm:
    """A form in a file: its alias, the project or "", its tab, and how sure that is, 0 to 1, by what."""

    form: str
    item: str
    sheet: str
    certainty: float = 1.0
    by: str = ""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One received file with the counts of its open findings.

    ``path`` equals ``Location.file`` of its findings; ``sheets`` are its tabs from left to right,
    by which findings are ordered; ``forms`` the forms that were recognised in it. ``profile_by`` says by
    what the profile is named: seal, choice, place; or that it is guessed; "" without one. ``dangers`` are
    the codes that say that the file is dangerous.
    """

    path: str
    unit_code: str = ""
    unit_name: str = ""
    profile: str = ""
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    sheets: tuple[str, ...] = ()
    forms: tuple[SeenForm, ...] = ()
    profile_by: str = ""
    dangers: tuple[str, ...] = ()
