"""The structure of an official sheet → its fingerprint, a document property: altered templates differ in it.

The structure is what stays when a unit fills in, adds rows to a table or renames a sheet: the fixed
texts in their order with column and width, and the formulas over defined names. Helper sheets carry a mark
by which this program knows its own additions again.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.form_layout import Placement, place
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.native_formulas import field_formula
from xlperf.notation import label_key

PROFILE_PROPERTY = "xlperf.profile"
"""The id of the profile whose forms the workbook holds."""

VERSION_PROPERTY = "xlperf.version"
"""``Profile.version``: by it a workbook of the present declarations differs from one of an older template."""

FINGERPRINT_PROPERTY = "xlperf.structure"
"""``form=texts/formulas`` for each form, separated by blanks: see ``template_fingerprint``."""

_DIGITS = 10
_BLANKS = re.compile(r"[\s$]")
_ADDRESS = re.compile(r"(?<![A-Z0-9_.])[A-Z]{1,3}[0-9]{1,7}(?![A-Z0-9_.(])")
_SHEET = re.compile(r"(?:'[^']*+'|(?<![^\s'!(),+*/=<>&-])[^\s'!(),+*/=<>&-]++)!")


@dataclass(frozen=True, slots=True)
class SealedLabel:
    """A fixed text as ``label_key`` has it, in column ``first`` (1-based) and ``width`` columns wide.

    ``rows`` is 0 for a cell one row high, else it counts the sheet rows that it spans and that hold
    fixed texts: it stays when a table grows.
    ``row`` is the sheet row, ``text`` what the cell says; both are no part of the fingerprint.
    """

    key: str
    first: int
    width: int
    rows: int
    row: int
    text: str

    @property
    def address(self) -> str:
        """The cell, in A1 notation."""
        return f"{get_column_letter(self.first)}{self.row}"

    @property
    def shape(self) -> tuple[str, int, int, int]:
        """What of the label is part of the fingerprint."""
        return self.key, self.first, self.width, self.rows


@dataclass(frozen=True, slots=True)
class Structure:
    """The fixed texts of one sheet by row and column, and its formulas as column and ``bare`` text."""

    labels: tuple[SealedLabel, ...]
    formulas: tuple[str, ...]

    @property
    def digests(self) -> tuple[str, str]:
        """Hashes of the fixed texts and of the formulas."""
        return _digest(label.shape for label in self.labels), _digest(self.formulas)


def template_fingerprint(profile: Profile) -> str:
    """The value of FINGERPRINT_PROPERTY for workbooks of ``profile``, whatever they hold."""
    parts = {alias: declared_structure(place(form), profile).digests for alias, form in profile.forms.items()}
    return " ".join(f"{alias}={'/'.join(digests)}" for alias, digests in parts.items())


def read_fingerprint(value: str) -> Mapping[str, tuple[str, str]]:
    """Form alias → digests of its texts and formulas; what is no fingerprint is left out."""
    entries = (part.partition("=") for part in value.split())
    return {
        alias: (texts, formulas) for alias, _, both in entries for texts, _, formulas in [both.partition("/")]
    }


class Fixed(NamedTuple):
    """A cell with a fixed text: its top left corner and, where merged, the last column and row."""

    row: int
    first: int
    bottom: int
    last: int
    text: str

    @property
    def address(self) -> str:
        """The top left corner, in A1 notation."""
        return f"{get_column_letter(self.first)}{self.row}"


def structured(cells: Iterable[Fixed], formulas: Iterable[tuple[int, int, str]]) -> Structure:
    """The structure of a sheet with ``cells``, and ``formulas`` as row, column and text, in any order.

    Texts without a letter or digit are left out, and formulas over addresses: those of table rows.
    """
    fixed = sorted(cell for cell in cells if label_key(cell.text))
    filled = {cell.row for cell in fixed}
    labels = [
        SealedLabel(
            label_key(cell.text),
            cell.first,
            cell.last - cell.first + 1,
            len(filled.intersection(range(cell.row, cell.bottom + 1))) if cell.bottom > cell.row else 0,
            cell.row,
            cell.text,
        )
        for cell in fixed
    ]
    named = (
        f"{column}:{bare(text)}" for _, column, text in sorted(formulas) if not _ADDRESS.search(bare(text))
    )
    return Structure(tuple(labels), tuple(named))


@lru_cache(4096)
def bare(formula: str) -> str:
    """A formula as formulas are compared: without =, blanks, $ signs and sheet names, in upper case."""
    return _SHEET.sub("", _BLANKS.sub("", formula)).upper().removeprefix("=")


def declared_structure(placement: Placement, profile: Profile) -> Structure:
    """The structure of a form as the declarations lay it out; table rows only move ``Label.row``."""
    form = placement.form
    cells: list[Fixed] = []
    formulas: list[tuple[int, int, str]] = []
    for placed in placement.rows:
        for cell in placed.row.cells if placed.index is None else ():
            bottom = placement.spans[cell.through][1] if cell.through else placed.number + cell.down - 1
            if cell.field in form.computed:
                formulas.append(
                    (placed.number, cell.first, field_formula(form.fields[cell.field], form, profile))
                )
            cells.append(Fixed(placed.number, cell.first, bottom, cell.last, cell.text))
    return structured(cells, formulas)


def _digest(items: Iterable[object]) -> str:
    return hashlib.sha256(repr(tuple(items)).encode()).hexdigest()[:_DIGITS]


HELPER_MARK = "_xlperf.helper"
"""A name local to a sheet, referring to a cell of it, says that the sheet is our addition to the forms.

It outlives renaming and copying the sheet; upload copies leave such sheets out.
"""
