"""A pretended Windows with Excel, and the built add-in where a test may change it."""

from pathlib import Path

import pytest

from tests.excel.installation.pretend import OURS, Pretend
from xlperf.core.paths import macros_dir

SHIPPED = macros_dir() / "xlperf.xlam"


@pytest.fixture
def addin(tmp_path, monkeypatch) -> Path:
    """A copy of the shipped add-in."""
    folder = tmp_path / "macros"
    folder.mkdir()
    path = folder / "xlperf.xlam"
    path.write_bytes(SHIPPED.read_bytes())
    monkeypatch.setattr("xlperf.excel.installation.install.macros_dir", lambda: folder)
    return path


@pytest.fixture
def wheels(tmp_path) -> Path:
    """A folder with a wheel of this version."""
    folder = tmp_path / "安装包"
    folder.mkdir()
    (folder / f"xlperf-{OURS}-py3-none-any.whl").write_bytes(b"PK")
    return folder


@pytest.fixture
def bare(tmp_path, addin) -> Pretend:
    """Windows without Excel."""
    return Pretend(tmp_path / "disk")


@pytest.fixture
def machine(bare) -> Pretend:
    """Windows with 64-bit Excel 2016 or later."""
    bare.excel()
    return bare
