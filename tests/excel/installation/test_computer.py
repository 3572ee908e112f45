"""The Windows machine over stand-ins for winreg and kernel32 that behave as their documentation says."""

import os
from pathlib import PureWindowsPath

import pytest

from tests.excel.installation.pretend import ValueKind
from xlperf.core.errors import InputError
from xlperf.excel.installation.computer import Hive, Machine, RegistryKey, RegistryValue

OPTIONS = RegistryKey(Hive.USER, r"Software\Microsoft\Office\16.0\Excel\Options")


class Handle:
    def __init__(self, at, access):
        self.at, self.access = at, access
        self.closed = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True


class WinReg:
    """The part of the module winreg that is documented and used; keys by (hive, view, path)."""

    HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, HKEY_CLASSES_ROOT = "HKCU", "HKLM", "HKCR"
    KEY_READ, KEY_WRITE, KEY_WOW64_64KEY, KEY_WOW64_32KEY = 0x20019, 0x20006, 0x0100, 0x0200

    def __init__(self):
        self.keys = {}
        self.denied = False

    def _at(self, hive, path, access):
        assert bool(access & self.KEY_WOW64_64KEY) != bool(access & self.KEY_WOW64_32KEY)
        return hive, 64 if access & self.KEY_WOW64_64KEY else 32, path

    def OpenKey(self, hive, path, reserved, access):  # noqa: N802
        at = self._at(hive, path, access)
        if self.denied:
            raise PermissionError(13, "denied")
        if at not in self.keys:
            raise FileNotFoundError(2, "no such key")
        return Handle(at, access)

    def CreateKeyEx(self, hive, path, reserved, access):  # noqa: N802
        at = self._at(hive, path, access)
        self.keys.setdefault(at, {})
        return Handle(at, access)

    def QueryInfoKey(self, handle):  # noqa: N802
        return len(self._below(handle)), len(self.keys[handle.at]), 0

    def _below(self, handle):
        hive, view, path = handle.at
        return [at[2] for at in self.keys if at[:2] == (hive, view) and at[2].rpartition("\\")[0] == path]

    def EnumKey(self, handle, index):  # noqa: N802
        return self._below(handle)[index].rpartition("\\")[2]

    def EnumValue(self, handle, index):  # noqa: N802
        assert handle.access & self.KEY_READ == self.KEY_READ
        name, (data, kind) = list(self.keys[handle.at].items())[index]
        return name, data, kind

    def SetValueEx(self, handle, name, reserved, kind, data):  # noqa: N802
        assert handle.access & self.KEY_WRITE == self.KEY_WRITE
        self.keys[handle.at][name] = (data, kind)

    def DeleteValue(self, handle, name):  # noqa: N802
        del self.keys[handle.at][name]

    def DeleteKeyEx(self, hive, path, access, reserved):  # noqa: N802
        del self.keys[self._at(hive, path, access)]


class Function:
    """A function of a DLL: ctypes lets one set its result type."""

    def __init__(self, call):
        self.call = call

    def __call__(self, *arguments):
        return self.call(*arguments)


class Kernel32:
    """Two sessions: Excel in the other one until changed; Word in ours."""

    def __init__(self, excel_session=2):
        self.processes = [(4, 0, "System"), (os.getpid(), 1, "python.exe"), (70, 1, "WINWORD.EXE")]
        self.processes.append((71, excel_session, "EXCEL.EXE"))
        self.at, self.closed = 0, 0
        self.CreateToolhelp32Snapshot = Function(lambda flags, process: 77)

    def GetACP(self):  # noqa: N802
        return 936

    def GetDriveTypeW(self, root):  # noqa: N802
        return {"C:\\": 3, "H:\\": 4}[root]

    def GetShortPathNameW(self, path, buffer, size):  # noqa: N802
        assert size == len(buffer)
        if "不在" in path:
            return 0
        buffer.value = path.replace("张三", "4A2C~1")
        return len(buffer.value)

    def ProcessIdToSessionId(self, process, session):  # noqa: N802
        known = [number for owner, number, _ in self.processes if owner == process.value]
        if known:
            session._obj.value = known[0]
        return int(bool(known))

    def Process32FirstW(self, handle, entry):  # noqa: N802
        assert handle.value == 77
        self.at = 0
        return self._fill(entry)

    def Process32NextW(self, handle, entry):  # noqa: N802
        self.at += 1
        return self._fill(entry)

    def _fill(self, entry):
        if self.at >= len(self.processes):
            return 0
        entry._obj.th32ProcessID, _, entry._obj.szExeFile = self.processes[self.at]
        return 1

    def CloseHandle(self, handle):  # noqa: N802
        self.closed += 1


@pytest.fixture
def winreg():
    return WinReg()


@pytest.fixture
def registry(winreg):
    return Machine(winreg, Kernel32()).registry


def test_a_value_is_written_with_its_kind_and_read_again(registry, winreg):
    registry.write(OPTIONS, "OPEN", RegistryValue('"C:\\张三\\x.xlam"'))
    registry.write(OPTIONS, "OPEN1", RegistryValue("%APPDATA%\\y.xlam", ValueKind.EXPANDING_TEXT))
    assert winreg.keys["HKCU", 64, OPTIONS.path]["OPEN1"] == ("%APPDATA%\\y.xlam", 2)
    assert registry.values(OPTIONS)["OPEN"] == RegistryValue('"C:\\张三\\x.xlam"', ValueKind.TEXT)
    assert registry.value(OPTIONS, "open").text == '"C:\\张三\\x.xlam"'


def test_the_two_views_are_apart(registry):
    narrow = RegistryKey(Hive.MACHINE, r"Software\Microsoft\Office", 32)
    registry.write(narrow / "16.0", "", RegistryValue("x"))
    assert registry.subkeys(narrow) == ["16.0"] or registry.exists(narrow / "16.0")
    assert not registry.exists(RegistryKey(Hive.MACHINE, narrow.path) / "16.0")


def test_what_is_missing_is_empty(registry):
    assert registry.values(OPTIONS) == {}
    assert registry.subkeys(OPTIONS) == []
    assert registry.value(OPTIONS, "OPEN") is None


def test_subkeys_values_and_keys_go(registry):
    registry.write(OPTIONS, "OPEN", RegistryValue("a"))
    registry.write(OPTIONS / "Sub", "x", RegistryValue(1, ValueKind.NUMBER))
    assert registry.subkeys(OPTIONS) == ["Sub"]
    registry.delete(OPTIONS, "OPEN")
    registry.delete_key(OPTIONS / "Sub")
    assert registry.values(OPTIONS) == {}
    assert registry.subkeys(OPTIONS) == []


def test_what_windows_denies(registry, winreg):
    winreg.denied = True
    for read in (registry.values, registry.subkeys, registry.exists):
        with pytest.raises(InputError, match=r"Excel\\Options”不让读（denied）"):
            read(OPTIONS)
    with pytest.raises(PermissionError):
        registry.delete(OPTIONS, "OPEN")


def test_programs_of_other_sessions_do_not_count(winreg):
    kernel = Kernel32()
    assert Machine(winreg, kernel).processes() == {"python.exe", "winword.exe"}
    assert kernel.closed == 1
    assert "excel.exe" in Machine(winreg, Kernel32(excel_session=1)).processes()


def test_the_code_page(winreg):
    assert Machine(winreg, Kernel32()).code_page() == 936


def test_short_names(winreg):
    machine = Machine(winreg, Kernel32())
    assert machine.short(PureWindowsPath(r"C:\Users\张三")) == r"C:\Users\4A2C~1"
    assert machine.short(PureWindowsPath(r"C:\不在")) == r"C:\不在"


def test_a_drive_of_another_computer(winreg):
    machine = Machine(winreg, Kernel32())
    assert not machine.is_on_network(PureWindowsPath(r"C:\Users\zhang"))
    assert machine.is_on_network(PureWindowsPath(r"H:\profiles\zhang"))
    assert machine.is_on_network(PureWindowsPath(r"\\server\profiles\zhang"))


def test_this_machine_is_the_one_that_runs(monkeypatch):
    machine = Machine()
    ran = machine.run([machine.python.executable, "-c", "print('预算')"])
    assert (ran.status, ran.output) == (0, "预算\n")
    assert machine.run(["no-such-program"]).status != 0
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    ran = machine.run([machine.python.executable, "-c", "import os; print(os.environ.get('PYTHONPATH'))"])
    assert ran.output == "None\n"
    assert machine.imports("json")
    assert not machine.imports("no_such_module")
