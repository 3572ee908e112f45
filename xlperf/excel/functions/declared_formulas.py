"""Functions that are a declared formula: ratios, scorings, fields of a form, columns of its table."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from xlperf.core.errors import XlperfError
from xlperf.core.user_files import read_settings
from xlperf.declarations.evaluation import compute, parameters
from xlperf.declarations.fields import Vocabulary, formula_of, load_vocabulary, parsed
from xlperf.declarations.forms_and_rules import Field, Form, Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Record, Row
from xlperf.declarations.worksheet_functions import Argument, CellProblem, Function, declared
from xlperf.excel.functions.excel_cells import Cell, Content, Kernel, LaterError, Rows
from xlperf.expressions import ErrorValue, Evaluator, Value, compile_expression
from xlperf.expressions.value_types import serial_of
from xlperf.intake.cell_values import read_value
from xlperf.ooxml.styles import GENERAL, Format


def profile_named(cell: Cell, label: str) -> str:
    """The id that ``cell`` holds, else that of the settings, "" where neither names one.

    Raises CellProblem, naming ``label``, for a cell that shows an error.
    """
    return name_in(cell, label) or read_settings().profile


def name_in(cell: Cell, label: str) -> str:
    """A name as it is typed, without blanks around it; "" for a blank cell."""
    content = without_error(cell, label)
    return "" if content is None else str(content).strip()


DATE = Format(None, percent=False, date=True)
_LONGEST = 20


def words_of(profile: Profile) -> frozenset[str]:
    """The texts that a computed number may show instead, as the batch has them."""
    return frozenset(value for value in profile.parameters.values() if isinstance(value, str))


def value_of(cell: Cell, field: Field, label: str, words: frozenset[str]) -> Value:
    """The value of ``cell`` for ``field``; raises Problem, naming ``label``, where it is no such value."""
    number = field.type.number
    if cell is None or (number and type(cell) is float):
        return cell
    content = without_error(cell, label)
    if isinstance(content, date):
        if number:
            raise CellProblem("is_date", label=label, text=f"{content:%Y-%m-%d}")
        value = read_value(field, serial(content), DATE, words).value
    else:
        value = read_value(field, content, GENERAL, words).value
    if number and not (value is None or isinstance(value, float)) and not _is_word(value, field, words):
        raise CellProblem("not_number", label=label, text=shown(content))
    return value


def number_of(cell: Cell, argument: Argument) -> float | None:
    """The number that ``cell`` holds for an argument with a type; raises Problem where it is none."""
    value = value_of(cell, field_of(argument), argument.label, frozenset())
    return value if isinstance(value, float) else None


def field_of(argument: Argument) -> Field:
    """The field whose type is that of an argument."""
    return Field(argument.name, argument.label, _vocabulary().types[argument.type])


def without_error(cell: Cell, label: str) -> Content:
    """The content of ``cell``; raises Problem, naming ``label``, where it shows an error."""
    if isinstance(cell, ErrorValue | LaterError):
        raise CellProblem("error_cell", label=label, text=cell)
    return cell


def serial(day: date) -> float:
    """The serial number of a date in Excel; 0 before 1900."""
    return serial_of(day.year, day.month, day.day) or 0.0


def shown(cell: Content) -> str:
    """A cell in a message: on one line, shortened."""
    text = str(cell).upper() if isinstance(cell, bool) else " ".join(str(cell).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _is_word(value: Value, field: Field, words: frozenset[str]) -> bool:
    return field.formula is not None and isinstance(value, str) and value in words


Reader = Callable[[Cell], Value]
_vocabulary: Callable[[], Vocabulary] = cache(load_vocabulary)


@lru_cache(maxsize=256)
def kernel_of(name: str, profile_id: str) -> Kernel:
    """The kernel that computes the function ``name``, for rows of the cells of its bound arguments.

    An argument of shape ``range`` is in each row as the list of its cells. A row that cannot be computed
    has the reason as its result. Raises InputError and DeclarationError as load_profile does.
    """
    function, profile = declared().functions[name], load_profile(profile_id)
    if function.kind == "row":
        return _row_kernel(function, profile)
    evaluate = _evaluator(function, profile)
    readers = [(argument, _reader(function, argument, profile)) for argument in _bound(function)]
    known = parameters(profile)

    def result(row: Sequence[Any], names: dict[str, Any]) -> Value:
        """The value of one row; ``names`` get its arguments."""
        for (argument, read), given in zip(readers, row, strict=True):
            names[argument.binds] = [*map(read, given)] if argument.shape == "range" else read(given)
        return evaluate(names)

    def kernel(rows: Rows) -> Sequence[Value]:
        """The result of each row, or the reason why it has none."""
        names: dict[str, Any] = dict(known)
        return [result_or_message(result, row, names) for row in rows]

    return kernel


def _bound(function: Function) -> list[Argument]:
    return [argument for argument in function.arguments if argument.binds]


def result_or_message(compute: Callable[..., Value], *given: Any) -> Value:
    """The result of ``compute`` for what is given, or the message why there is none, for the cell."""
    try:
        return _or_message(compute(*given))
    except (CellProblem, XlperfError) as problem:
        return str(problem)


def _or_message(value: Value) -> Value:
    return str(CellProblem("no_result", error=value)) if isinstance(value, ErrorValue) else value


def _evaluator(function: Function, profile: Profile) -> Evaluator:
    if function.kind == "field":
        field = profile.forms[function.subject["form"]].fields[function.subject["field"]]
        assert field.function is not None
        return field.function
    names = tuple(argument.binds for argument in _bound(function))
    return _compiled(function.kind, function.subject, names)


@cache
def _compiled(kind: str, subject: str, names: tuple[str, ...]) -> Evaluator:
    text, _ = formula_over(kind, subject, names)
    return compile_expression(parsed(text, f"functions.json：{subject}"))


def formula_over(kind: str, subject: str, names: Iterable[str]) -> tuple[str, str]:
    """The formula of a ratio or scoring over ``names``, each bound to itself, and its basis."""
    spec = {kind: subject, "with": {name: name for name in names}}
    return formula_of(spec, _vocabulary(), f"functions.json：{subject}")


def _reader(function: Function, argument: Argument, profile: Profile) -> Reader:
    """The reader of cells given for ``argument``; a blank may mean a parameter of the profile."""
    field, words = _field(function, argument, profile), words_of(profile)
    blank = profile.parameters[argument.parameter] if argument.parameter else None

    def read(cell: Cell) -> Value:
        """The value of ``cell``; raises Problem as ``value_of`` does."""
        value = value_of(cell, field, argument.label, words)
        return blank if value is None else value

    return read


def _field(function: Function, argument: Argument, profile: Profile) -> Field:
    """The field of the form that the argument is bound to, or a field of the argument's own type."""
    if function.kind in ("field", "row"):
        return _declared_field(profile.forms[function.subject["form"]], argument.binds)
    return field_of(argument)


def _declared_field(form: Form, name: str) -> Field:
    if name in form.fields:
        return form.fields[name]
    return next(
        column
        for table in form.tables.values()
        for column in table.columns.values()
        if name in (column.id, f"{table.id}_{column.id}")
    )


def _row_kernel(function: Function, profile: Profile) -> Kernel:
    names = [argument.binds for argument in _bound(function)]
    readers = [_reader(function, argument, profile) for argument in _bound(function)]

    def kernel(rows: Rows) -> Sequence[Value]:
        """The computed column for the rows of a table."""
        read: list[Row | str] = []
        for row in rows:
            try:
                values = (reader(cell) for reader, cell in zip(readers, row, strict=True))
                read.append(dict(zip(names, values, strict=True)))
            except CellProblem as problem:
                read.append(str(problem))
        return table_results(function.subject, read, profile)

    return kernel


def table_results(subject: Any, rows: Iterable[Row | str], profile: Profile) -> list[Value]:
    """The computed column ``subject["column"]`` for the rows of a table, "" for a blank.

    A row that is a text, the reason why it could not be read, is its own result.
    """
    given = list(rows)
    kept = [row for row in given if not isinstance(row, str)]
    record = Record(subject["form"], "", tables={subject["table"]: kept})
    compute(record, profile)
    for row in kept:
        value = row[subject["column"]]
        row[subject["column"]] = "" if value is None else _or_message(value)
    return [row if isinstance(row, str) else row[subject["column"]] for row in given]
