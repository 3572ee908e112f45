"""Field types and indicator sets to the data validations of a sheet, one for each kind of input."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, cast

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.datavalidation import DataValidation

from xlperf.core.errors import DeclarationError
from xlperf.declarations.form_layout import Placement
from xlperf.declarations.model import (
    Field,
    FieldType,
    Form,
    Profile,
    Table,
)
from xlperf.declarations.source import texts_of
from xlperf.declarations.value_display import display

_LONGEST_LIST = 255


def validations(placement: Placement, profile: Profile) -> list[DataValidation]:
    """All data validations of a sheet with the row counts of ``placement``.

    Numbers are limited as their type declares, one validation for each type; level columns offer
    the profile's indicators and only warn of other names, since units refine them.
    """
    return [*_limits(placement), *_suggestions(placement, profile)]


def _limits(placement: Placement) -> Iterator[DataValidation]:
    cells: dict[FieldType, list[str]] = defaultdict(list)
    for field, addresses in _inputs(placement):
        if field.type.limit is not None:
            cells[field.type].extend(addresses)
    for kind, addresses in cells.items():
        yield _limit(kind, ranges(addresses))


def _inputs(placement: Placement) -> Iterator[tuple[Field, list[str]]]:
    """Every input field and column that has cells of its own, with their addresses."""
    form = placement.form
    for name, address in placement.fields.items():
        if form.fields[name].formula is None:
            yield form.fields[name], [address]
    for (table, column), letter in placement.columns.items():
        if form.tables[table].columns[column].formula is None:
            first, last = placement.spans[table]
            yield form.tables[table].columns[column], [f"{letter}{row}" for row in range(first, last + 1)]


def _limit(kind: FieldType, area: str) -> DataValidation:
    assert kind.limit is not None
    return DataValidation(
        type=cast("Literal['decimal', 'whole']", kind.limit.kind),
        operator="between",
        formula1=f"{kind.limit.min:.15g}",
        formula2=f"{kind.limit.max:.15g}",
        allow_blank=True,
        showInputMessage=True,
        showErrorMessage=True,
        promptTitle=kind.name,
        prompt=kind.prompt,
        errorTitle=kind.name,
        error=kind.error,
        errorStyle="stop",
        sqref=area,
    )


def _suggestions(placement: Placement, profile: Profile) -> Iterator[DataValidation]:
    texts = texts_of("styles")["suggestions"]
    for table in placement.form.tables.values():
        for level in table.levels:
            letter = placement.columns[table.id, level]
            first, last = placement.spans[table.id]
            yield DataValidation(
                type="list",
                formula1=_list(_shown(table, level, placement.form, profile)),
                allow_blank=True,
                showInputMessage=True,
                showErrorMessage=True,
                promptTitle=texts["title"],
                prompt=texts["prompt"],
                errorTitle=texts["title"],
                error=texts["error"],
                errorStyle="warning",
                sqref=f"{letter}{first}:{letter}{last}",
            )


def _shown(table: Table, level: str, form: Form, profile: Profile) -> list[str]:
    """What the blank shows in a level column, each text once, in one line: a list item cannot break."""
    column = table.columns[level]
    texts = (str(display(column, row[level], row, profile, form)) for row in table.default_rows)
    return list(dict.fromkeys("".join(text.split()) for text in texts))


def _list(items: Sequence[str]) -> str:
    text = ",".join(items)
    if len(text) > _LONGEST_LIST or '"' in text:
        why = f"指标名称合计超过 {_LONGEST_LIST} 个字符或含引号，Excel 的下拉列表容不下"
        raise DeclarationError("indicators", why)
    return f'"{text}"'


def ranges(addresses: Sequence[str]) -> str:
    """A1 addresses to the fewest vertical ranges, blank-separated: B4 B5 B6 D4 → ``B4:B6 D4``."""
    columns: dict[int, list[int]] = defaultdict(list)
    for address in addresses:
        letter, row = coordinate_from_string(address)
        columns[column_index_from_string(letter)].append(row)
    return " ".join(
        _range(get_column_letter(column), [row for _, row in run])
        for column in sorted(columns)
        for _, run in groupby(enumerate(sorted(columns[column])), key=lambda pair: pair[1] - pair[0])
    )


def _range(letter: str, rows: Sequence[int]) -> str:
    return f"{letter}{rows[0]}" if len(rows) == 1 else f"{letter}{rows[0]}:{letter}{rows[-1]}"
