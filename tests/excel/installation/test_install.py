"""install, on a pretended Windows: files, Python, list of add-ins, and what it refuses."""

from dataclasses import replace
from pathlib import PureWindowsPath

import pytest

from tests.excel.installation.pretend import OURS, XLWINGS, Pretend, ValueKind
from xlperf.core.errors import InputError, OutputError
from xlperf.excel.doctor.examination import read_state
from xlperf.excel.installation.addin_files import install_paths
from xlperf.excel.installation.computer import Hive, Machine, RegistryKey
from xlperf.excel.installation.install import install, remove

LISTED = r"C:\Users\zhang\AppData\Local\xlperf\xlperf.xlam"
STARTED = r"C:\Users\zhang\AppData\Roaming\Microsoft\Excel\XLSTART\xlperf.xlam"
QUOTED = f'"{LISTED}"'
SECURITY = r"Software\Microsoft\Office\16.0\Excel\Security"


def put(machine, wheels, **wishes) -> list[str]:
    return list(install(machine, wheels, **wishes))


def there(machine, path: str):
    return machine.file(PureWindowsPath(path))


def test_a_first_install(machine, wheels, addin):
    messages = put(machine, wheels)
    assert there(machine, LISTED).read_bytes() == addin.read_bytes()
    assert machine.opens() == {"OPEN": QUOTED}
    assert messages[-1].startswith("安装完成")
    state = read_state(machine)
    assert (state.running, state.xlperf) == (OURS, OURS)
    assert state.pin == state.xlwings == state.in_vba == XLWINGS
    assert f"xlwings64-{XLWINGS}.dll" in state.dlls


def test_the_python_is_made_from_the_wheels_alone(machine, wheels):
    put(machine, wheels)
    venv, pip = machine.commands
    assert venv[:3] == [r"C:\Python312\python.exe", "-m", "venv"]
    assert venv[-1] == r"C:\Users\zhang\AppData\Local\xlperf\venv"
    assert pip[0] == r"C:\Users\zhang\AppData\Local\xlperf\venv\Scripts\python.exe"
    assert pip[pip.index("--find-links") + 1] == str(wheels)
    assert "--no-index" in pip
    assert pip[-1].endswith(f"xlperf-{OURS}-py3-none-any.whl[excel]")


def test_a_wheel_may_be_named_itself(machine, wheels):
    wheel = next(wheels.iterdir())
    list(install(machine, wheel))
    assert machine.commands[1][-4:] == ["--no-index", "--find-links", str(wheels), f"{wheel}[excel]"]


def test_other_addins_stay_and_the_first_free_number_is_taken(machine, wheels):
    machine.list_addin("OPEN", r'/R "C:\Tools\分析.xll"')
    machine.list_addin("OPEN1", r"%APPDATA%\b.xlam", kind=ValueKind.EXPANDING_TEXT)
    machine.list_addin("OPENFILES", "not a line of the list")
    put(machine, wheels)
    assert machine.opens() == {
        "OPEN": r'/R "C:\Tools\分析.xll"',
        "OPEN1": r"%APPDATA%\b.xlam",
        "OPENFILES": "not a line of the list",
        "OPEN2": QUOTED,
    }


def test_a_gap_is_filled_because_excel_stops_at_it(machine, wheels):
    machine.list_addin("OPEN", '"C:\\a.xlam"')
    machine.list_addin("OPEN2", '"C:\\b.xlam"')
    put(machine, wheels)
    assert machine.opens()["OPEN1"] == QUOTED


def test_installing_again_changes_nothing(machine, wheels):
    put(machine, wheels)
    before, commands = machine.registry.snapshot(), len(machine.commands)
    messages = put(machine, wheels)
    assert machine.registry.snapshot() == before
    assert len(machine.commands) == commands
    assert not any("另存" in line for line in messages)


def test_reinstall_installs_equal_versions_again(machine, wheels):
    put(machine, wheels)
    put(machine, wheels, reinstall=True)
    assert "--force-reinstall" in machine.commands[-1]


def test_an_older_version_is_updated_and_its_file_kept(machine, wheels):
    machine.offered |= {"xlperf": "0.0.9", "xlwings": "0.30.0"}
    venv = install_paths(machine).venv
    (machine.file(venv) / "Scripts").mkdir(parents=True)
    (machine.file(venv) / "Scripts" / "python.exe").write_bytes(b"MZ")
    machine.fill(venv)
    there(machine, LISTED).write_bytes(b"last year's add-in")
    machine.list_addin("OPEN", QUOTED)
    machine.offered |= {"xlperf": OURS, "xlwings": XLWINGS}
    messages = put(machine, wheels)
    assert [command[2] for command in machine.commands] == ["pip"]
    assert machine.opens() == {"OPEN": QUOTED}
    kept = list(machine.file(install_paths(machine).backups).iterdir())
    assert [path.read_bytes() for path in kept] == [b"last year's add-in"]
    assert any(kept[0].name in line for line in messages)
    assert read_state(machine).dlls == [f"xlwings32-{XLWINGS}.dll", f"xlwings64-{XLWINGS}.dll"]


def test_the_mark_of_the_internet_goes(machine, wheels, addin):
    path = there(machine, LISTED)
    path.parent.mkdir(parents=True)
    path.write_bytes(addin.read_bytes())
    path.with_name("xlperf.xlam:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n")
    assert read_state(machine).blocked
    put(machine, wheels)
    assert not read_state(machine).blocked


@pytest.mark.parametrize(("mark", "blocked"), [("ZoneId=0", False), ("ZoneId=2", False), ("ZoneId=4", True)])
def test_only_the_internet_blocks(machine, wheels, mark, blocked):
    put(machine, wheels)
    there(machine, LISTED).with_name("xlperf.xlam:Zone.Identifier").write_text(f"[ZoneTransfer]\n{mark}\n")
    assert read_state(machine).blocked is blocked


def test_xlstart_needs_no_registry(machine, wheels):
    before = machine.registry.snapshot()
    put(machine, wheels, startup=True)
    assert there(machine, STARTED).is_file()
    assert not there(machine, LISTED).exists()
    assert machine.registry.snapshot() == before


def test_changing_from_the_list_to_xlstart_and_back(machine, wheels):
    put(machine, wheels)
    put(machine, wheels, startup=True)
    assert machine.opens() == {}
    assert not there(machine, LISTED).exists()
    put(machine, wheels)
    assert machine.opens() == {"OPEN": QUOTED}
    assert not there(machine, STARTED).exists()


def test_every_excel_gets_it(machine, wheels):
    machine.excel("14.0", bits=32, folder=r"C:\Program Files (x86)\Microsoft Office\Office14")
    put(machine, wheels)
    assert machine.opens("16.0") == machine.opens("14.0") == {"OPEN": QUOTED}


def test_a_location_is_trusted_only_when_asked(machine, wheels):
    put(machine, wheels)
    assert not any("trusted locations" in at[2] for at in machine.registry.keys)
    messages = put(machine, wheels, trusting=True)
    key = rf"{SECURITY}\Trusted Locations\Location0"
    values = {at[2]: values for at, values in machine.registry.keys.items()}[key.casefold()]
    assert values["Path"].text == "C:\\Users\\zhang\\AppData\\Local\\xlperf\\"
    assert any("受信任位置" in line and "不要把别的文件放进去" in line for line in messages)
    put(machine, wheels, trusting=True)
    assert len(machine.registry.subkeys(_key(rf"{SECURITY}\Trusted Locations"))) == 1


def test_chinese_user_names_are_paths_like_others(tmp_path, wheels, addin):
    machine = Pretend(tmp_path / "disk", user="张 三")
    machine.excel()
    put(machine, wheels)
    assert machine.opens() == {"OPEN": r'"C:\Users\张 三\AppData\Local\xlperf\xlperf.xlam"'}
    assert read_state(machine).addin == install_paths(machine).listed


# What it refuses, before anything is changed.


def refused(machine, origin, **options) -> str:
    with pytest.raises(InputError) as caught:
        list(install(machine, origin, **options))
    return str(caught.value)


def test_other_systems_get_a_message_that_says_what_they_can_do(wheels):
    assert "只能装在 Windows 上" in refused(Machine(), wheels)


def test_while_excel_runs(machine, wheels):
    machine.running.add("excel.exe")
    before = machine.registry.snapshot()
    assert "关闭所有 Excel" in refused(machine, wheels)
    assert machine.registry.snapshot() == before
    assert machine.commands == []


def test_excel_opened_while_pip_ran(machine, wheels):
    run = machine.run

    def opened(command):
        machine.running.add("excel.exe")
        return run(command)

    machine.run = opened
    assert "关闭所有 Excel" in refused(machine, wheels)
    assert machine.opens() == {}


def test_without_excel(bare, wheels):
    assert "没有找到 Microsoft Excel" in refused(bare, wheels)


def test_with_wps_alone(bare, wheels):
    bare.wps()
    assert "WPS" in refused(bare, wheels)


def test_with_an_excel_that_is_too_old(bare, wheels):
    bare.excel("12.0", bits=32, folder=r"C:\Program Files\Microsoft Office\Office12")
    assert "比 2010 还旧" in refused(bare, wheels)


def test_without_the_built_addin(machine, wheels, addin):
    addin.unlink()
    assert "xlperf addin build" in refused(machine, wheels)


def test_without_the_folders_of_a_user(machine, wheels):
    machine.variables.clear()
    assert "LOCALAPPDATA" in refused(machine, wheels)


def test_wheels_of_another_version(machine, tmp_path):
    folder = tmp_path / "旧"
    folder.mkdir()
    (folder / "xlperf-0.0.1-py3-none-any.whl").write_bytes(b"PK")
    message = refused(machine, folder)
    assert "0.0.1" in message
    assert OURS in message
    assert "没有" in refused(machine, tmp_path)
    assert "找不到" in refused(machine, tmp_path / "不在")


def test_the_addins_own_python_does_not_replace_itself(machine, wheels):
    put(machine, wheels)
    machine.python = replace(machine.python, prefix=str(install_paths(machine).venv).lower())
    assert put(machine, wheels)[-1].startswith("安装完成")
    assert "自己的 Python" in refused(machine, wheels, reinstall=True)
    with pytest.raises(InputError, match="自己的 Python"):
        list(remove(machine, venv=True))
    assert machine.opens() == {"OPEN": QUOTED}


# What fails on the way.


def failed(machine, wheels) -> str:
    with pytest.raises(OutputError) as caught:
        put(machine, wheels)
    return str(caught.value)


def test_pip_failing_leaves_no_half_made_python(machine, wheels):
    machine.failing = "pip"
    assert "No matching distribution" in failed(machine, wheels)
    assert not machine.file(install_paths(machine).venv).exists()
    assert machine.opens() == {}


def test_pip_succeeding_without_the_packages_is_not_believed(machine, wheels):
    machine.offered["xlwings"] = "0.30.0"
    assert XLWINGS in failed(machine, wheels)


def test_venv_failing(machine, wheels):
    machine.failing = "venv"
    assert "没能在" in failed(machine, wheels)


def test_a_registry_that_is_denied_is_undone_by_remove(machine, wheels):
    before = machine.registry.snapshot()
    machine.registry.refused = [r"Software\Microsoft\Office\16.0\Excel\Options"]
    message = failed(machine, wheels)
    assert "不让改" in message
    assert "--xlstart" in message
    machine.registry.refused = []
    list(remove(machine, venv=True))
    assert machine.registry.snapshot() == before
    assert not machine.file(install_paths(machine).home).exists()


def _key(path: str):
    return RegistryKey(Hive.USER, path)


def test_with_the_python_of_the_store(machine, wheels):
    base = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.1520.0_x64__qbz5n2kfra8p0"
    machine.python = replace(machine.python, base=base)
    assert "Microsoft Store" in refused(machine, wheels)


def test_a_file_that_another_program_holds_is_reported(machine, wheels, monkeypatch):
    put(machine, wheels)
    held = there(machine, LISTED)
    read = type(held).read_bytes

    def refuse(path):
        if path == held:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(type(held), "read_bytes", refuse)
    assert "正被 Excel、WPS 打开" in failed(machine, wheels)
