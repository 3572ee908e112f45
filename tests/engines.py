"""The two foreign spreadsheet engines of the tests: a workbook file in, recalculated values out.

LibreOffice runs headless in a profile of its own (one per test process) with recalculation on load
forced, so that cached values in the file are not believed unless a test asks for them;
formualizer runs in this process.
Values are what openpyxl reads: float, str, bool, None, dates; an error is its text, e.g. "#DIV/0!".
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import formualizer
import openpyxl
import pytest

CellValues = dict[tuple[str, str], Any]

TIME_LIMIT_SECONDS = 180
REGISTRY = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>{mode}</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>{mode}</value></prop>
</item>
</oor:items>
"""
AT_ONCE = 100
"""Files that one run of LibreOffice converts; it stopped without a word after some 240."""
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
    if len(paths) > AT_ONCE:
        first = convert_all(paths[:AT_ONCE], kind, out_dir, mode)
        return [*first, *convert_all(paths[AT_ONCE:], kind, out_dir, mode)]
    targets = [out_dir / f"{path.stem}.{kind.partition(':')[0]}" for path in paths]
    out_dir.mkdir(parents=True, exist_ok=True)
    for path, target in zip(paths, targets, strict=True):
        if target.resolve() == path.resolve():
            raise ValueError(f"{path} would be converted onto itself")
        target.unlink(missing_ok=True)
    profile = _profile(mode)
    command = [
        _soffice(),
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--convert-to", kind),
        *("--outdir", str(out_dir), *map(str, paths)),
    ]
    run = subprocess.run(
        command, env=_environment(profile), capture_output=True, timeout=TIME_LIMIT_SECONDS, check=False
    )
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
        (sheet.title, cell.coordinate): _plain(book.get_value(sheet.title, cell.row, cell.column))
        for sheet in openpyxl.load_workbook(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def stored_values(path: Path) -> CellValues:
    """Return the values stored in a workbook, formulas by their cached value: ``{(sheet, "B7"): value}``."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def libreoffice_values(path: Path, out_dir: Path, mode: int = ALWAYS) -> CellValues:
    """Return the values of a workbook as LibreOffice shows them: ``{(sheet, "B7"): value}``.

    Recalculated, or with ``mode=NEVER`` as the file holds them.
    """
    return stored_values(convert(path, "xlsx", out_dir, mode))


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and value.get("type") == "Error":
        return FORMUALIZER_ERRORS.get(value["kind"], f"#{value['kind']}")
    return value


@cache
def _soffice() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.fail("LibreOffice is missing: install libreoffice-calc and libreoffice-writer, then run again")
    return found


@cache
def _profile(mode: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="xlperf-soffice-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(REGISTRY.format(mode=mode), encoding="utf-8")
    return folder


def _environment(profile: Path) -> dict[str, str]:
    """Return an environment without this project's Python, which LibreOffice's own would trip over."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TMPDIR", "TEMP") if name in os.environ}
    return kept | {"PATH": os.defpath, "HOME": str(profile), "LANG": "C.UTF-8"}
