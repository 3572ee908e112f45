"""Where the program's own files lie, in a checkout or inside the installed wheel; the texts of core.json."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from xlperf.core.errors import InputError

try:
    _STARTED_IN = Path.cwd()
except OSError:  # the current folder has been deleted
    _STARTED_IN = Path()
_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def _data(name: str) -> Path:
    checkout = _PACKAGE.parent / name
    return (
        checkout
        if checkout.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file()
        else _PACKAGE / "_data" / name
    )


def schemas_dir() -> Path:
    """The folder that holds forms/, profiles/, rules/ and the meta-schemas.

    The environment variable XLPERF_SCHEMAS names another one, for bureaus with their own forms; a
    relative one counts from the folder in which the process was started. InputError when it is no folder.
    """
    own = os.environ.get("XLPERF_SCHEMAS")
    if not own:
        return shipped_schemas_dir()
    folder = _STARTED_IN / own
    if not folder.is_dir():
        place = "" if Path(own).is_absolute() else core_text("schemas", "place", folder=folder)
        raise InputError(core_text("schemas", "no_folder", own=own, place=place))
    return folder


def shipped_schemas_dir() -> Path:
    """The folder of declarations that comes with the program, whatever XLPERF_SCHEMAS says."""
    return _data("schemas")


@cache
def _core_texts() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((shipped_schemas_dir() / "core.json").read_text("utf-8"))
    return content


def core_text(*keys: str, **values: object) -> str:
    """The text at ``keys`` in the program's own core.json, its holes filled; KeyError where there is none.

    The file is read when the first text is needed, whatever XLPERF_SCHEMAS says.
    """
    found: Any = _core_texts()
    for key in keys:
        found = found[key]
    return str(found).format_map(values)


def workbooks_dir() -> Path:
    """The folder that holds the committed blank workbooks and the demo ledger."""
    return _data("workbooks")


def macros_dir() -> Path:
    """The folder that holds the Excel add-in, and the VBA and ribbon that it is built from."""
    return _data("macros")
