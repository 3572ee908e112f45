"""Which Excel there is, how wide, and who answers in its name."""

from pathlib import PureWindowsPath

import pytest

from tests.excel.installation.pretend import OFFICE, ROOT
from xlperf.excel.installation.computer import Hive, RegistryKey, RegistryValue
from xlperf.excel.installation.excels import find_excels, servers


@pytest.mark.parametrize("bits", [32, 64])
def test_bitness_is_that_of_the_program(machine, bits):
    machine.excel("15.0", bits=bits, folder=r"C:\Office15")
    found = {excel.version: excel for excel in find_excels(machine)}
    assert found["15.0"].bits == bits


@pytest.mark.parametrize(
    ("key", "name", "data", "bits"),
    [
        (r"ClickToRun\Configuration", "Platform", "x86", 32),
        (r"16.0\Outlook", "Bitness", "x64", 64),
        (r"16.0\Outlook", "Bitness", "x96", None),
    ],
)
def test_bitness_as_noted_where_the_program_cannot_be_read(machine, key, name, data, bits):
    machine.file(PureWindowsPath(ROOT) / "EXCEL.EXE").write_bytes(b"?")
    machine.registry.write(RegistryKey(Hive.MACHINE, rf"{OFFICE}\{key}"), name, RegistryValue(data))
    assert [excel.bits for excel in find_excels(machine)] == [bits]


def test_an_entry_without_its_program_is_no_excel(machine):
    machine.registry.write(
        RegistryKey(Hive.MACHINE, rf"{OFFICE}\14.0\Excel\InstallRoot"), "Path", RegistryValue(r"C:\gone")
    )
    assert [excel.version for excel in find_excels(machine)] == ["16.0"]


def test_the_newest_comes_first(machine):
    machine.excel("12.0", bits=32, folder=r"C:\Office12")
    machine.excel("14.0", bits=32, folder=r"C:\Office14")
    assert [excel.version for excel in find_excels(machine)] == ["16.0", "14.0", "12.0"]
    assert [excel.new_enough for excel in find_excels(machine)] == [True, True, False]


def test_who_answers(machine):
    assert servers(machine) == [rf"{ROOT}\EXCEL.EXE"] * 2
    machine.wps()
    assert [program.rpartition("\\")[2] for program in servers(machine)] == ["et.exe", "et.exe"]


def test_nobody_answers(bare):
    assert servers(bare) == []
