"""A pretended Windows with Excel, and a checkout whose add-in is xlwings' own template."""

from pathlib import Path

import pytest
import xlwings

from tests.machine.pretend import OURS, Pretend

TEMPLATE = Path(xlwings.__file__).parent / "quickstart_addin_ribbon.xlam"


@pytest.fixture
def addin(tmp_path, monkeypatch) -> Path:
    """The shipped add-in: xlwings' template of this version stands in for the built file."""
    folder = tmp_path / "macros"
    folder.mkdir()
    path = folder / "xlperf.xlam"
    path.write_bytes(TEMPLATE.read_bytes())
    monkeypatch.setattr("xlperf.installation.copying.macros_dir", lambda: folder)
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
