"""status names each thing that keeps the add-in from working, and nothing when all is well."""

import pytest

from tests.excel.installation.pretend import OFFICE, XLWINGS, options
from tests.excel.installation.test_install import LISTED, QUOTED, put, there
from xlperf.core.errors import InputError
from xlperf.excel.doctor.examination import addin_status
from xlperf.excel.installation.addin_files import install_paths
from xlperf.excel.installation.computer import Hive, Machine, RegistryKey, RegistryValue


@pytest.fixture
def installed(machine, wheels):
    put(machine, wheels)
    return machine


def faults(machine) -> list[str]:
    return [line for line in addin_status(machine).lines if line.startswith("问题")]


def test_all_well(installed):
    found = addin_status(installed)
    assert found.ok
    assert found.lines[-1] == "加载项已装好。"
    assert any(LISTED in line for line in found.lines)
    assert any("16.0（64 位）" in line and "OPEN" in line for line in found.lines)


def test_in_xlstart_all_is_well_too(machine, wheels):
    put(machine, wheels, startup=True)
    assert addin_status(machine).ok


def test_not_installed(machine):
    found = addin_status(machine)
    assert not found.ok
    assert faults(machine) == ["问题：没有装加载项。请运行 xlperf addin install。"]


def test_excel_gone(installed):
    for excel in installed.root.rglob("EXCEL.EXE"):
        excel.unlink()
    assert any("没有找到 Microsoft Excel" in line for line in faults(installed))


def test_blocked(installed):
    there(installed, LISTED).with_name("xlperf.xlam:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n")
    assert [line for line in faults(installed) if "来自互联网" in line]


def test_disabled(installed):
    installed.disable(LISTED)
    assert [line for line in faults(installed) if "禁用项目" in line]


def test_others_disabled_say_nothing(installed):
    installed.disable(r"C:\other.xlam")
    assert addin_status(installed).ok


def test_unticked(installed):
    installed.registry.delete(options(), "OPEN")
    installed.registry.write(
        RegistryKey(Hive.USER, rf"{OFFICE}\16.0\Excel\Add-in Manager"), LISTED, RegistryValue("")
    )
    assert [line for line in faults(installed) if "打勾" in line]


def test_not_listed(installed):
    installed.registry.delete(options(), "OPEN")
    assert [line for line in faults(installed) if "列表里没有它" in line]


def test_behind_a_gap(installed):
    installed.registry.delete(options(), "OPEN")
    installed.list_addin("OPEN2", QUOTED)
    assert [line for line in faults(installed) if "缺号" in line]


def test_a_gap_behind_it_does_not_matter(installed):
    installed.list_addin("OPEN3", '"C:\\z.xlam"')
    assert addin_status(installed).ok


def test_another_xlperf_in_its_python(installed):
    installed.offered["xlperf"] = "0.0.1"
    installed.fill(install_paths(installed).venv)
    assert [line for line in faults(installed) if "xlperf 0.0.1" in line]


def test_another_xlwings_in_its_python(installed):
    installed.offered["xlwings"] = "0.30.0"
    installed.fill(install_paths(installed).venv)
    messages = faults(installed)
    assert [line for line in messages if "Python 里 0.30.0" in line and f"应为 {XLWINGS}" in line]
    assert [line for line in messages if f"没有 xlwings64-{XLWINGS}.dll" in line]


def test_an_addin_of_another_xlwings(installed):
    there(installed, LISTED).write_bytes(b"no VBA in it")
    assert [line for line in faults(installed) if "加载项里 ?" in line]


def test_the_dll_follows_the_bitness_of_excel(installed):
    (installed.file(install_paths(installed).venv) / f"xlwings32-{XLWINGS}.dll").unlink()
    assert addin_status(installed).ok
    installed.excel("14.0", bits=32, folder=r"C:\Office14")
    assert [line for line in faults(installed) if f"没有 xlwings32-{XLWINGS}.dll" in line]


def test_its_python_gone(installed):
    for path in installed.file(install_paths(installed).venv).rglob("METADATA"):
        path.unlink()
    assert [line for line in faults(installed) if "加载项用的 Python：没有" in line]


def test_other_systems():
    with pytest.raises(InputError, match="Windows"):
        addin_status(Machine())
