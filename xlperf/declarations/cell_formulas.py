"""Declared formulas to the native formulas of cells, over the defined names of their sheet."""

from collections.abc import Callable

from xlperf.core.errors import DeclarationError
from xlperf.declarations.consistency import PARAMETERS
from xlperf.declarations.model import (
    Field,
    Form,
    Profile,
    Table,
)
from xlperf.declarations.placement import Placement
from xlperf.expressions import native

_DIGITS = "digits!"
Locate = Callable[[str], str]


def field_formula(field: Field, form: Form, profile: Profile) -> str:
    """``=…`` of a computed field. It speaks of defined names only, so it is the same on each sheet."""
    return _written(field, _field_locator(form, profile))


def row_formula(column: Field, table: Table, index: int, placement: Placement, profile: Profile) -> str:
    """``=…`` of a computed column in the ``index``-th row of ``table`` (0-based).

    Columns of the row are A1 addresses, everything else defined names.
    """
    outside = _field_locator(placement.form, profile)

    def locate(name: str) -> str:
        own = table.columns.get(name)
        if own is None:
            return outside(name)
        return _inlined(own, locate) if own.virtual else placement.column_cell(table.id, index, name)

    return _written(column, locate)


def _field_locator(form: Form, profile: Profile) -> Locate:
    def locate(name: str) -> str:
        if name.startswith(f"{PARAMETERS}!"):
            return literal(profile.parameters[name.partition("!")[2]])
        if name.startswith(_DIGITS):
            return str(form.fields[name.removeprefix(_DIGITS)].type.digits)
        field = form.fields.get(name)
        return _inlined(field, locate) if field is not None and field.virtual else name

    return locate


def _written(field: Field, locate: Locate) -> str:
    if field.formula is None:
        raise DeclarationError(field.id, "这个字段没有公式")
    return "=" + native(field.formula, locate)


def _inlined(field: Field, locate: Locate) -> str:
    """A virtual field has no cell: its formula takes the place of its name."""
    if field.formula is None:
        raise DeclarationError(field.id, "表上没有这个字段，也没有公式可以代入，表内公式不能引用它")
    return f"({native(field.formula, locate)})"


def literal(value: float | str) -> str:
    """A parameter as a formula writes it."""
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else f"{value:.15g}"
