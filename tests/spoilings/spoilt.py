"""A spoiling: a way to turn a good workbook bad, and what a check must say of it and what it may.

``KINDS`` has them by their Chinese name; the modules layouts, cells, figures, sheets and files add theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.spoilings.sources import Good, Tab, Target

XLSX = ("xlsx",)
EVERY = ("xlsx", "xls", "docx")
WORKBOOKS = ("xlsx", "xls")


@dataclass(frozen=True)
class ExpectedFinding:
    """One of ``codes`` at a place; "" is any sheet, cell, field or row."""

    codes: frozenset[str]
    sheet: str = ""
    cell: str = ""
    form: str = ""
    field: str = ""
    row: str = ""


@dataclass(frozen=True)
class Spoilt:
    """``expected`` must all be reported. What may be reported too: what rules say that read a ``touched``
    value, and the codes ``along`` that the spoiling brings with it. ``unharmed``: every value must be read as
    from the good workbook, save that those of ``unlabelled`` fields may be missing. ``name`` is another file
    name than that of the unit.
    """

    content: bytes
    expected: tuple[ExpectedFinding, ...] = ()
    touched: frozenset[tuple[str, str]] = frozenset()
    along: frozenset[str] = frozenset()
    unharmed: bool = False
    unlabelled: frozenset[tuple[str, str]] = frozenset()
    name: str = ""


Spoils = Callable[[Good, Random], Spoilt | None]


@dataclass(frozen=True)
class Kind:
    """A named way to spoil: ``formats`` are the suffixes it fits; ``working`` asks for helper sheets."""

    name: str
    spoils: Spoils
    formats: tuple[str, ...]
    working: bool


KINDS: dict[str, Kind] = {}


def kind(name: str, formats: tuple[str, ...] = XLSX, working: bool = False) -> Callable[[Spoils], Spoils]:
    def register(spoils: Spoils) -> Spoils:
        KINDS[name] = Kind(name, spoils, formats, working)
        return spoils

    return register


def expected_at(target: Target, *codes: str) -> ExpectedFinding:
    """One of ``codes`` at the cell of ``target``."""
    tab = target.tab
    return ExpectedFinding(frozenset(codes), tab.title, target.cell, tab.form.alias, target.name, target.row)


def expected_on(tab: Tab, *codes: str, cell: str = "") -> ExpectedFinding:
    """One of ``codes`` on a sheet."""
    return ExpectedFinding(frozenset(codes), tab.title, cell, tab.form.alias)


def expected(*codes: str) -> ExpectedFinding:
    """One of ``codes`` somewhere in the file."""
    return ExpectedFinding(frozenset(codes))


def touched(*targets: Target) -> frozenset[tuple[str, str]]:
    """The form and field of each, as ``Spoilt.touched`` takes them."""
    return frozenset((target.tab.form.alias, target.name) for target in targets)
