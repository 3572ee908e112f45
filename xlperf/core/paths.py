"""Where the declarations and the blank workbooks lie: in a checkout, or inside the installed wheel."""

import os
from pathlib import Path

from xlperf.core.errors import InputError

_PACKAGE = Path(__file__).resolve().parents[1]


def _data(name: str) -> Path:
    checkout = _PACKAGE.parent / name
    return (
        checkout
        if checkout.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file()
        else _PACKAGE / "_data" / name
    )


def schemas_dir() -> Path:
    """The folder that holds forms/, profiles/, rules/ and the meta-schemas.

    The environment variable XLPERF_SCHEMAS names another one, for bureaus with their own forms;
    InputError when that is no folder.
    """
    own = os.environ.get("XLPERF_SCHEMAS")
    if own and not Path(own).is_dir():
        raise InputError(f"环境变量 XLPERF_SCHEMAS 指定的“{own}”不是文件夹，请改正或取消这个变量。")
    return Path(own) if own else _data("schemas")


def workbooks_dir() -> Path:
    """The folder that holds the committed blank workbooks and the demo ledger."""
    return _data("workbooks")


def macros_dir() -> Path:
    """The folder that holds the Excel add-in, and the VBA and ribbon that it is built from."""
    return _data("macros")
