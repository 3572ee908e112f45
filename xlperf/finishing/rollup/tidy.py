"""A RollUp → tidy tables of pandas: units, projects, problems, left out; .csv, Parquet or a database."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.core.errors import OutputError
from xlperf.core.files import atomic_write, ensure_writable_dir
from xlperf.core.lazy import LazyModule
from xlperf.declarations.source import text_of, texts_of
from xlperf.finishing.rollup.layout import Columns, load_rollup, texts
from xlperf.finishing.rollup.rollup_figures import Line, RollUp
from xlperf.outputs.data_tables import NUMBER, TEXT, WHOLE, DataTable
from xlperf.outputs.database_tables import Database

if TYPE_CHECKING:
    import pandas
else:
    pandas = LazyModule("pandas")

_CSV, _PARQUET, _DATABASE = ".csv", ".parquet", "://"
_BOM = "utf-8-sig"
"""By which Excel knows that a .csv is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def frames(rollup: RollUp) -> Mapping[str, "pandas.DataFrame"]:
    """Name → table: 单位 and 项目 with a row each, 问题 with a row for each kind of each unit, 未计入."""
    layout, kinds = load_rollup(), texts_of("rollup")["left_out"]
    problems = [
        (line.code, line.name, code, rollup.kinds[code].name, rollup.kinds[code].severity.value, count)
        for line in rollup.units
        for code, count in sorted(line.problems.items())
    ]
    head = texts()["problems"]["head"][1:]
    left = [(kinds[out.kind], out.code, out.name, out.why, out.file) for out in rollup.left_out]
    made = (
        _of_lines(rollup.units, layout.units),
        _of_lines(rollup.projects, layout.projects),
        pandas.DataFrame(problems, columns=head).astype({head[-1]: "int64"}),
        pandas.DataFrame(left, columns=texts()["left_out"]["head"]),
    )
    return dict(zip(_names(), made, strict=True))


def _names() -> list[str]:
    """What the tables are called: units, projects, problems, left out."""
    return list(texts()["tables"])


def _of_lines(lines: list[Line], columns: Columns) -> "pandas.DataFrame":
    """A row a line; values in doubt are empty and named in the last column."""
    words = texts()
    rows = []
    for line in lines:
        row: dict[str, object] = {words["code"]: line.code, words["name"]: line.name}
        row |= {words["item"]: line.item, words["department"]: line.department}
        row |= {words["year"]: line.year, words["profile"]: line.profile, words["file"]: line.file}
        for name, declared in columns.fields.items():
            value = line.values.get(name)
            is_number = isinstance(value, float) or not declared.type.number
            row[name] = value if is_number else None
        row[words["marks"]["doubt"]] = "；".join(
            f"{name} {doubt.shown}" for name, doubt in line.doubts.items()
        )
        rows.append(row)
    made = pandas.DataFrame(rows, columns=[*_lead(columns), *columns.fields, texts()["marks"]["doubt"]])
    numbers = {name: "float64" for name, declared in columns.fields.items() if declared.type.number}
    return made.astype({**numbers, texts()["year"]: "int64"})


def _lead(columns: Columns) -> list[str]:
    """The columns before the figures."""
    words = texts()
    own = ["item", "department"] if columns is load_rollup().projects else []
    return [words[name] for name in ("code", "name", *own, "year", "profile", "file")]


def tables_destination(target: str, *, force: bool = False) -> Callable[[RollUp], None]:
    """What writes the tables into a folder, or into the database of a target with ``://``.

    Raises OutputError where tables are there already, unless ``force``, InputError for a wrong address.
    """
    if _DATABASE in target:
        return _database(target, force=force)
    folder = Path(target)
    names = [f"{name}{suffix}" for name in _names() for suffix in (_CSV, _PARQUET)]
    present = [name for name in names if (folder / name).exists()]
    if present and not force:
        place = {"folder": folder, "count": len(present), "first": present[0]}
        raise OutputError(text_of("messages", "sources", "exists", **place))
    ensure_writable_dir(folder)

    def write(rollup: RollUp) -> None:
        """One .csv a table, and one .parquet where the library is there."""
        for name, frame in frames(rollup).items():
            text = _harmless(frame).to_csv(index=False, lineterminator="\r\n")
            atomic_write(folder / f"{name}{_CSV}", text.encode(_BOM, errors="replace"))
            if find_spec("pyarrow"):
                atomic_write(folder / f"{name}{_PARQUET}", frame.to_parquet(index=False))

    return write


def _harmless(frame: "pandas.DataFrame") -> "pandas.DataFrame":
    """The table with an apostrophe before texts that a spreadsheet would take for formulas."""

    def quoted(value: object) -> object:
        """A value as it may be opened."""
        return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

    return frame.map(quoted)


def _database(target: str, *, force: bool) -> Callable[[RollUp], None]:
    empty = frames(RollUp("", 0, [], [], {}, []))
    tables = {name: _declared(name, frame) for name, frame in empty.items()}
    database = Database(target, force=force, tables=tables.values())

    def write(rollup: RollUp) -> None:
        """All tables in one transaction."""
        with database.opened() as opened:
            for name, frame in frames(rollup).items():
                rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
                opened.write(tables[name], rows)

    return write


def _declared(name: str, frame: "pandas.DataFrame") -> DataTable:
    kinds = {
        str(column): NUMBER if kind == "float64" else WHOLE if kind == "int64" else TEXT
        for column, kind in frame.dtypes.astype(str).items()
    }
    return DataTable(name, name, kinds, {column: column for column in kinds})
