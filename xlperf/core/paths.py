"""Where the declarations and the blank workbooks lie: in a checkout, or inside the installed wheel."""

import os
from functools import cache
from pathlib import Path

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
        place = "" if Path(own).is_absolute() else f"（即“{folder}”）"
        raise InputError(
            f"环境变量 XLPERF_SCHEMAS 指定的“{own}”{place}不是文件夹，请改成完整的路径，或取消这个变量。"
        )
    return folder


def shipped_schemas_dir() -> Path:
    """The folder of declarations that comes with the program, whatever XLPERF_SCHEMAS says."""
    return _data("schemas")


def workbooks_dir() -> Path:
    """The folder that holds the committed blank workbooks and the demo ledger."""
    return _data("workbooks")


def macros_dir() -> Path:
    """The folder that holds the Excel add-in, and the VBA and ribbon that it is built from."""
    return _data("macros")
