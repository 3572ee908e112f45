"""A Windows computer in memory: registry as dictionaries, drive C: as a folder, pip as a stand-in."""

import struct
from enum import IntEnum
from importlib.metadata import version
from pathlib import Path, PurePath, PureWindowsPath

from xlperf.excel.installation.computer import (
    WINDOWS,
    Hive,
    PythonInfo,
    Registry,
    RegistryKey,
    RegistryValue,
    RunResult,
)

OFFICE = r"Software\Microsoft\Office"
CLSID = "{00024500-0000-0000-C000-000000000046}"
BASE = r"C:\Python312"
ROOT = r"C:\Program Files\Microsoft Office\root\Office16"
OURS, XLWINGS = version("xlperf"), "0.37.8"


class ValueKind(IntEnum):
    """How a value is stored: the numbers of Windows."""

    TEXT = 1
    EXPANDING_TEXT = 2
    BINARY = 3
    NUMBER = 4


class MemoryRegistry(Registry):
    """Keys are made with the keys above them; reading and writing can be refused below a path."""

    def __init__(self) -> None:
        self.keys: dict[tuple[Hive, int, str], dict[str, RegistryValue]] = {}
        self.spelling: dict[tuple[Hive, int, str], str] = {}
        self.refused: list[str] = []

    @staticmethod
    def _at(key: RegistryKey) -> tuple[Hive, int, str]:
        shared = key.hive is Hive.USER
        return key.hive, 64 if shared else key.view, key.path.casefold()

    def _check(self, key: RegistryKey) -> None:
        for path in self.refused:
            if key.path.casefold().startswith(path.casefold()):
                raise PermissionError(13, "拒绝访问。")

    def snapshot(self):
        return {at: dict(values) for at, values in self.keys.items()}

    def make(self, key: RegistryKey) -> None:
        for ancestor in key.lineage:
            self.keys.setdefault(self._at(ancestor), {})
            self.spelling.setdefault(self._at(ancestor), ancestor.path)

    def values(self, key: RegistryKey):
        return dict(self.keys.get(self._at(key), {}))

    def subkeys(self, key: RegistryKey):
        hive, view, path = self._at(key)
        below = [at for at in self.keys if at[:2] == (hive, view) and at[2].rpartition("\\")[0] == path]
        return [self.spelling[at].rpartition("\\")[2] for at in below]

    def exists(self, key: RegistryKey) -> bool:
        return self._at(key) in self.keys

    def write(self, key: RegistryKey, name: str, value: RegistryValue) -> None:
        self._check(key)
        self.make(key)
        values = self.keys[self._at(key)]
        same = next((value for value in values if value.casefold() == name.casefold()), name)
        values[same] = value

    def delete(self, key: RegistryKey, name: str) -> None:
        self._check(key)
        values = self.keys[self._at(key)]
        same = next(value for value in values if value.casefold() == name.casefold())
        del values[same]

    def delete_key(self, key: RegistryKey) -> None:
        self._check(key)
        if self.subkeys(key):
            raise PermissionError(5, "拒绝访问。")
        del self.keys[self._at(key)]


class Pretend:
    """A computer with nothing but Windows and a Python; ``excel`` and the like put things on it."""

    platform = WINDOWS

    def __init__(self, root: Path, user: str = "zhang") -> None:
        self.root = root
        self.registry = MemoryRegistry()
        self.variables = {
            "LOCALAPPDATA": rf"C:\Users\{user}\AppData\Local",
            "APPDATA": rf"C:\Users\{user}\AppData\Roaming",
            "TEMP": rf"C:\Users\{user}\AppData\Local\Temp",
        }
        self.python = PythonInfo((3, 12, 4), 64, r"C:\Python312\python.exe", BASE, BASE, "utf-8")
        self.page = 936
        self.running: set[str] = {"explorer.exe"}
        self.packages = {"xlwings": XLWINGS, "xlperf": OURS}
        self.modules = {"win32com.client", "pythoncom"}
        self.programs: set[str] = set()
        self.short_names = True
        self.network_drives: set[str] = set()
        self.commands: list[list[str]] = []
        self.offered = {"xlperf": OURS, "xlwings": XLWINGS, "pywin32": "306"}
        self.failing = ""

    def variable(self, name: str) -> str:
        return self.variables.get(name, "")

    def processes(self):
        return frozenset(self.running)

    def code_page(self) -> int:
        return self.page

    def pure(self, text: str) -> PurePath:
        return PureWindowsPath(text)

    def is_on_network(self, path: PurePath) -> bool:
        return path.drive.startswith("\\\\") or path.drive in self.network_drives

    def short(self, path: PurePath) -> str:
        """On a disk with 8.3 names each strange part becomes one."""
        if not self.short_names or not self.file(path).exists():
            return str(path)
        parts = [part if part.isascii() else "4A2C~1" for part in path.parts]
        return str(PureWindowsPath(*parts))

    def file(self, path: PurePath) -> Path:
        if not isinstance(path, PureWindowsPath):
            return Path(path)
        return self.root.joinpath(path.drive.strip(":\\").replace("\\", "_"), *path.parts[1:])

    def program(self, *names: str) -> str | None:
        return next((name for name in names if name in self.programs), None)

    def imports(self, module: str) -> bool:
        return module in self.modules

    def run(self, command) -> RunResult:
        """``python -m venv`` and ``pip install`` leave the files that they leave on Windows."""
        self.commands.append(list(command))
        if self.failing and self.failing in command:
            return RunResult(1, "ERROR: No matching distribution found for xlwings==0.37.8\n")
        if "venv" in command:
            scripts = self.file(PureWindowsPath(command[-1])) / "Scripts"
            scripts.mkdir(parents=True)
            for name in ("python.exe", "pythonw.exe"):
                (scripts / name).write_bytes(b"MZ")
        if "pip" in command:
            self.fill(PureWindowsPath(command[0]).parent.parent)
        return RunResult(0, "")

    def fill(self, venv: PurePath) -> None:
        """Put the packages that are on offer into an environment, in place of older ones."""
        folder = self.file(venv) / "Lib" / "site-packages"
        folder.mkdir(parents=True, exist_ok=True)
        for old in [*folder.glob("*.dist-info/METADATA"), *self.file(venv).glob("*.dll")]:
            old.unlink()
        for name, number in self.offered.items():
            info = folder / f"{name}-{number}.dist-info"
            info.mkdir(exist_ok=True)
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n")
        for bits in (32, 64):
            (self.file(venv) / f"xlwings{bits}-{self.offered['xlwings']}.dll").write_bytes(b"MZ")

    def excel(self, version: str = "16.0", bits: int = 64, folder: str = ROOT) -> None:
        """Install Excel of a bitness as Office's setup does, and let its user have started it once."""
        view = bits
        root = RegistryKey(Hive.MACHINE, rf"{OFFICE}\{version}\Excel\InstallRoot", view)
        self.registry.write(root, "Path", RegistryValue(f"{folder}\\"))
        program = self.file(PureWindowsPath(folder) / "EXCEL.EXE")
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_bytes(portable_executable(bits))
        self.registry.make(RegistryKey(Hive.USER, rf"{OFFICE}\{version}\Excel\Options"))
        self.answer(rf"{folder}\EXCEL.EXE /automation", CLSID)

    def answer(self, command: str, clsid: str) -> None:
        """Register who answers Excel.Application."""
        for view in (64, 32):
            self.registry.write(
                RegistryKey(Hive.CLASSES, r"Excel.Application\CLSID", view), "", RegistryValue(clsid)
            )
            server = RegistryKey(Hive.CLASSES, rf"CLSID\{clsid}\LocalServer32", view)
            self.registry.write(server, "", RegistryValue(command))

    def wps(self) -> None:
        """Let WPS answer in Excel's name, as it does with its setting for compatibility."""
        command = r'"C:\Users\zhang\AppData\Local\Kingsoft\WPS Office\12.1\office6\et.exe" /automation'
        self.answer(command, "{45540001-5750-5300-4B49-4E47534F4654}")

    def opens(self, version: str = "16.0") -> dict[str, str]:
        """The list of add-ins of a version of Excel."""
        values = self.registry.values(options(version))
        return {name: value.text for name, value in values.items() if name.startswith("OPEN")}

    def list_addin(self, name: str, text: str, version: str = "16.0", kind: int = ValueKind.TEXT) -> None:
        self.registry.write(options(version), name, RegistryValue(text, kind))

    def disable(self, path: PurePath | str, version: str = "16.0") -> None:
        """Note a file as Excel does after a crash."""
        texts = [f"{text}\0".encode("utf-16-le") for text in (str(path).lower(), "xlperf")]
        data = struct.pack("<III", 1, *(len(text) for text in texts)) + b"".join(texts)
        key = RegistryKey(Hive.USER, rf"{OFFICE}\{version}\Excel\Resiliency\DisabledItems")
        self.registry.write(key, "3F6E2C1", RegistryValue(data, ValueKind.BINARY))

    def policy(self, path: str, name: str, number: int) -> None:
        self.registry.write(RegistryKey(Hive.USER, path), name, RegistryValue(number, ValueKind.NUMBER))


def options(version: str = "16.0") -> RegistryKey:
    return RegistryKey(Hive.USER, rf"{OFFICE}\{version}\Excel\Options")


def portable_executable(bits: int) -> bytes:
    """The first bytes of a program for Windows: where the PE header lies, its mark, the kind of machine."""
    machine = {32: 0x014C, 64: 0x8664}[bits]
    return (
        b"MZ".ljust(0x3C, b"\0")
        + struct.pack("<I", 0x80).ljust(0x44, b"\0")
        + struct.pack("<4sH", b"PE\0\0", machine)
    )
