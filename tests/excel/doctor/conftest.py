"""A pretended Windows with everything in order: Excel, fonts, the add-in installed from wheels."""

import pytest

from tests.excel.installation.conftest import addin, bare, machine, wheels
from tests.excel.installation.test_install import put
from xlperf.excel.installation.computer import Hive, RegistryKey, RegistryValue

__all__ = ["addin", "bare", "machine", "wheels"]


@pytest.fixture
def windows(bare):
    """Windows with folders and fonts, nothing else."""
    for name in ("TEMP", "LOCALAPPDATA", "APPDATA"):
        bare.file(bare.pure(bare.variables[name])).mkdir(parents=True, exist_ok=True)
    fonts = RegistryKey(Hive.MACHINE, r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts")
    bare.registry.write(fonts, "SimSun & NSimSun (TrueType)", RegistryValue("simsun.ttc"))
    bare.programs.add("soffice")
    return bare


@pytest.fixture
def excel(windows):
    """With Excel, without the add-in."""
    windows.excel()
    return windows


@pytest.fixture
def installed(excel, wheels):
    """With the add-in."""
    put(excel, wheels)
    return excel


@pytest.fixture(autouse=True)
def _sound_declarations(monkeypatch):
    """Reading all declarations takes seconds; tests/cli/test_doctor.py does it once."""
    monkeypatch.setattr("xlperf.excel.doctor.computer_checks.lint", list)
