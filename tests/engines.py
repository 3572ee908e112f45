"""The two foreign spreadsheet engines of the tests: a workbook file in, recalculated values out.

LibreOffice runs headless in a profile of its own (one per test process, see office.py) with recalculation on
load forced, so that cached values in the file are not believed unless a test asks for them;
formualizer runs in this process.
Values are what openpyxl reads: float, str, bool, None, dates; an error is its text, e.g. "#DIV/0!".
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import formualizer
import openpyxl
import pytest

from tests.office import FILES_A_RUN, office

CellValues = dict[tuple[str, str], Any]

ALWAYS, NEVER = 0, 1
"""Whether LibreOffice recalculates on opening, or shows the values it finds in the file."""
FORMUALIZER_ERRORS = {
    "Div": "#DIV/0!",
    "Na": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


def recalculate(path: Path, out_dir: Path) -> Path:
    """Open ``path`` (.xlsx) in LibreOffice, recalculate everything, save as .xlsx in ``out_dir``.

    ``out_dir`` must not be the folder of ``path``: the file keeps its name.
    """
    return convert(path, "xlsx", out_dir)


def convert(path: Path, kind: str, out_dir: Path, mode: int = ALWAYS) -> Path:
    """Convert ``path`` by LibreOffice to ``kind`` ("xlsx", "pdf", "csv", …) and return the new file."""
    (target,) = convert_all([path], kind, out_dir, mode)
    return target


def convert_all(paths: Sequence[Path], kind: str, out_dir: Path, mode: int = ALWAYS) -> list[Path]:
    """Convert files by few runs of LibreOffice and return the new files; see ``convert``."""
    if len(paths) > FILES_A_RUN:
        first = convert_all(paths[:FILES_A_RUN], kind, out_dir, mode)
        return [*first, *convert_all(paths[FILES_A_RUN:], kind, out_dir, mode)]
    targets = [out_dir / f"{path.stem}.{kind.partition(':')[0]}" for path in paths]
    out_dir.mkdir(parents=True, exist_ok=True)
    for path, target in zip(paths, targets, strict=True):
        if target.resolve() == path.resolve():
            raise ValueError(f"{path} would be converted onto itself")
        target.unlink(missing_ok=True)
    run = office(mode).convert(paths, kind, out_dir)
    missing = [path.name for path, target in zip(paths, targets, strict=True) if not target.exists()]
    if run.returncode or missing:
        said = (run.stdout + run.stderr).decode("utf-8", "replace").strip()
        pytest.fail(f"LibreOffice could not convert {missing} to {kind} (exit {run.returncode}): {said}")
    return targets


def formualizer_values(path: Path) -> CellValues:
    """Recalculate a workbook by formualizer: ``{(sheet, "B7"): value}`` of every cell that has content."""
    book = formualizer.load_workbook(str(path))
    book.evaluate_all()
    return {
        (sheet, cell.coordinate): _plain(book.get_value(sheet, cell.row, cell.column))
        for sheet, cell in cells(path, data_only=False)
    }


def stored_values(path: Path) -> CellValues:
    """Return the values stored in a workbook, formulas by their cached value: ``{(sheet, "B7"): value}``."""
    return {(sheet, cell.coordinate): cell.value for sheet, cell in cells(path, data_only=True)}


def libreoffice_values(path: Path, out_dir: Path, mode: int = ALWAYS) -> CellValues:
    """Return the values of a workbook as LibreOffice shows them: ``{(sheet, "B7"): value}``.

    Recalculated, or with ``mode=NEVER`` as the file holds them.
    """
    return stored_values(convert(path, "xlsx", out_dir, mode))


def cells(path: Path, *, data_only: bool) -> Iterator[tuple[str, Any]]:
    """Each cell that has content, with the title of its sheet; without styles, which take half the time."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=data_only)
    with contextlib.closing(book):
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value is not None:
                        yield sheet.title, cell


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and value.get("type") == "Error":
        return FORMUALIZER_ERRORS.get(value["kind"], f"#{value['kind']}")
    return value
