"""Names in rules → the cells, ranges and literals for them in a formula of a helper sheet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlperf.core.errors import DeclarationError
from xlperf.declarations.forms_and_rules import PARAMETERS, Field, Form, Profile, Table
from xlperf.declarations.native_formulas import literal
from xlperf.declarations.source import text_of, texts_of
from xlperf.expressions import Value, native
from xlperf.expressions.tree import Binary, Call, Node, Reference, Text

OWN = "\x01"
"""The row of the line on its helper sheet."""
BLOCK = "\x02"
"""On the score sheet the row that belongs to the table row; elsewhere how the names of its columns begin."""
SLOT = "\x03"
"""The cell or formula that gives the number of the table row, from 1."""
SHEET = "\x04"
"""The prefix of the names of a repeated form on the line's own sheet."""
FIRST, LAST = "\x05", "\x06"
"""First and last row of the table's block on the score sheet."""
TARGET = "\x08"
"""The number of the sheet that a line points to."""


def finish(text: str, marks: Mapping[str, str]) -> str:
    """``text`` with its marks replaced: ``marks`` maps each mark to its text."""
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


ROW_NAME, ROW_SLOT = "row!name", "row!slot"
"""What people call the table row of a line, and its number from 1."""
_DIGITS = "digits!"
_WIDE_BLANK = "\N{IDEOGRAPHIC SPACE}"


@dataclass(frozen=True, slots=True)
class BlockColumns:
    """The letters of the columns and helper columns of a table on the score sheet.

    Formulas of other sheets read them through defined names (``named``).
    """

    letters: Mapping[str, str]
    named: bool

    def cell(self, name: str) -> str:
        """The cell of a column in the row of the line."""
        letter = self.letters[name]
        return f"INDEX({BLOCK}{letter},{SLOT})" if self.named else f"${letter}{BLOCK}"

    def number(self) -> str:
        """The cell that shows the number of the row, "" where the table has no such row."""
        return f"INDEX({BLOCK}A,{SLOT})" if self.named else f"$A{BLOCK}"

    def range(self, name: str) -> str:
        """The whole column."""
        letter = self.letters[name]
        return f"{BLOCK}{letter}" if self.named else f"${letter}${FIRST}:${letter}${LAST}"


@dataclass(frozen=True, slots=True)
class Locator:
    """Turns the names of a rule into formula text, with marks for row, block and sheet.

    ``form`` is that of the sheet the rule runs on (None: the whole filing), ``table`` that of the row.
    ``lists`` are the ranges of ``alias!field``, ``blocks`` the tables that the score sheet shows,
    ``special`` further names.
    """

    profile: Profile
    form: Form | None = None
    table: Table | None = None
    blocks: Mapping[str, BlockColumns] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    special: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, name: str) -> str:
        """The text for ``name``; DeclarationError for a name that no cell shows."""
        known = self.special.get(name) or self.lists.get(name) or self._in_row(name)
        if known:
            return known
        if name.startswith(f"{PARAMETERS}!"):
            return literal(self.profile.parameters[name.partition("!")[2]])
        if name.startswith(_DIGITS):
            return str(self._declared(name.removeprefix(_DIGITS)).type.digits)
        forms = [self.form] if self.form else []
        for form in [*forms, *self.profile.single_forms()]:
            if text := self._in_form(name, form):
                return text
        raise DeclarationError(name, text_of("working", "errors", "no_cell"))

    def cell(self, name: str) -> str:
        """The official cell that shows the field or, in a row, the column ``name``."""
        if self.table and name in self.table.columns:
            return f"INDEX({self._official(self.table.id, name, self._own())},{SLOT})"
        return self(name)

    def rows(self) -> str:
        """A range as high as the table of the row."""
        assert self.table
        return self._official(self.table.id, naming_column(self.table), self._own())

    def _own(self) -> Form:
        assert self.form
        return self.form

    def _declared(self, name: str) -> Field:
        if self.table and name in self.table.columns:
            return self.table.columns[name]
        forms = [self.form] if self.form else []
        return next(
            form.fields[name] for form in [*forms, *self.profile.single_forms()] if name in form.fields
        )

    def _in_row(self, name: str) -> str:
        if self.table is None:
            return ""
        if name == ROW_SLOT:
            return SLOT
        block = self.blocks.get(self.table.id)
        if block and name in block.letters:
            return block.cell(name)
        if name == ROW_NAME:
            return f"({native(row_name(self.table), self)})"
        column = self.table.columns.get(name)
        return self._read(column, self.cell(name)) if column else ""

    def _read(self, column: Field, cell: str) -> str:
        """A placeholder of the form counts as an empty cell."""
        return f'IF({cell}={literal(column.placeholder)},"",{cell})' if column.placeholder else cell

    def _in_form(self, name: str, form: Form) -> str:
        found = form.fields.get(name)
        if found is not None and found.virtual:
            assert found.formula
            return f"({native(found.formula, self)})"
        if found is not None:
            return f"{SHEET}{name}" if form.repeated else name
        for table in form.tables:
            column = name.removeprefix(f"{table}_")
            if column != name and (text := self._range(table, column, form)):
                return text
        return ""

    def _range(self, table: str, column: str, form: Form) -> str:
        """The column of a table: on the score sheet, else on the official one; "" where on neither."""
        block = self.blocks.get(table) if form is self.form else None
        if block and column in block.letters:
            return block.range(column)
        declared = form.tables[table].columns.get(column)
        return self._official(table, column, form) if declared and not declared.virtual else ""

    def _official(self, table: str, column: str, form: Form) -> str:
        return f"{SHEET}{table}_{column}" if form.repeated else f"{table}_{column}"


def one_line(node: Node) -> Node:
    """A text without line breaks and without blanks around it."""
    for blank in ("\n", _WIDE_BLANK):
        node = Call("SUBSTITUTE", (node, Text(blank), Text(" ")))
    return Call("TRIM", (node,))


def filled(cell: str) -> str:
    """What a cell holds, "" where it is empty or holds blanks only."""
    return f'IF(TRIM(SUBSTITUTE({cell},"{_WIDE_BLANK}"," "))="","",{cell})'


def as_filled(value: Value) -> Value:
    """The value of ``filled``."""
    blank = value is None or (isinstance(value, str) and not value.strip(f" {_WIDE_BLANK}"))
    return "" if blank else value


def naming_column(table: Table) -> str:
    """The column that people call a row by: the first that is no level."""
    return next(name for name in table.columns if name not in table.levels)


def row_name(table: Table) -> Node:
    """What people call a table row: the text of its naming column on one line, else its number."""
    before, after = texts_of("working")["score"]["row"].split("{slot}")
    name = one_line(Reference(naming_column(table)))
    number = Binary("&", Binary("&", Text(before), Reference(ROW_SLOT)), Text(after))
    return Call("IF", (Binary("=", name, Text("")), number, name))
