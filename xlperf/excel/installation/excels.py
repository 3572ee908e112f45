"""A Windows computer → its Excels, their bitness, and the programs that answer ``Excel.Application``."""

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from xlperf.excel.machine.computer import Machine
from xlperf.excel.machine.windows_registry import Hive, Key

OFFICE = r"Software\Microsoft\Office"
OLDEST = 14
"""Excel 2010, the first with the ribbon that the add-in brings."""
PROCESS = "excel.exe"
_VERSION = re.compile(r"\d+\.0")
_VIEWS = (64, 32)
_BITNESS = {"x86": 32, "x64": 64, "arm64": 64}
_PE_OFFSET, _PE_MARK = 0x3C, b"PE\0\0"
_MACHINES = {0x014C: 32, 0x8664: 64, 0xAA64: 64}
_HEADER_BYTES = 4096
_COMMAND = re.compile(r'\s*"?(.+?\.exe)\b', re.IGNORECASE)
_PROGID = "Excel.Application"


@dataclass(frozen=True, slots=True)
class Excel:
    """An installed Excel: ``version`` as the registry names it, ``bits`` 32, 64 or None when unknown."""

    version: str
    program: PurePath
    bits: int | None

    @property
    def new_enough(self) -> bool:
        """Whether it can load the add-in."""
        return float(self.version) >= OLDEST


@dataclass(frozen=True, slots=True)
class Server:
    """The program that answers programs of one bitness (``view``) that ask for Excel."""

    view: int
    program: str

    @property
    def is_excel(self) -> bool:
        """Whether it is Microsoft's."""
        return self.program.lower().endswith(PROCESS)


def find_excels(machine: Machine) -> Sequence[Excel]:
    """The Excels whose program exists, newest first, one for each version."""
    found: dict[str, Excel] = {}
    for view in _VIEWS:
        office = Key(Hive.MACHINE, OFFICE, view)
        for version in filter(_VERSION.fullmatch, machine.registry.subkeys(office)):
            root = machine.registry.value(office / version / "Excel" / "InstallRoot", "Path")
            program = machine.pure(root.text) / "EXCEL.EXE" if root and root.text else None
            if program and machine.file(program).is_file():
                found.setdefault(version, Excel(version, program, _bits(machine, program, version)))
    return sorted(found.values(), key=lambda excel: float(excel.version), reverse=True)


def user_versions(machine: Machine) -> Sequence[str]:
    """The versions of Excel that have settings of this user, installed or not."""
    office = Key(Hive.USER, OFFICE)
    versions = filter(_VERSION.fullmatch, machine.registry.subkeys(office))
    return [version for version in versions if machine.registry.exists(office / version / "Excel")]


def servers(machine: Machine) -> Sequence[Server]:
    """The programs that answer ``Excel.Application``, for callers of either bitness; empty without any."""
    named = machine.registry.value(Key(Hive.CLASSES, rf"{_PROGID}\CLSID"))
    if named is None or not named.text:
        return []
    return list(_servers(machine, named.text))


def _servers(machine: Machine, clsid: str) -> Iterator[Server]:
    for view in _VIEWS:
        command = machine.registry.value(Key(Hive.CLASSES, rf"CLSID\{clsid}\LocalServer32", view))
        program = _COMMAND.match(command.text) if command else None
        if program:
            yield Server(view, program[1])


def _bits(machine: Machine, program: PurePath, version: str) -> int | None:
    """The bitness from the program itself, else from what Office's setup wrote into the registry."""
    return _bits_of_program(machine, program) or _bits_noted(machine, version)


def _bits_of_program(machine: Machine, program: PurePath) -> int | None:
    try:
        with machine.file(program).open("rb") as stream:
            header = stream.read(_HEADER_BYTES)
        start = struct.unpack_from("<I", header, _PE_OFFSET)[0]
        mark, kind = struct.unpack_from("<4sH", header, start)
    except (OSError, struct.error):
        return None
    return _MACHINES.get(kind) if mark == _PE_MARK else None


def _bits_noted(machine: Machine, version: str) -> int | None:
    for view in _VIEWS:
        office = Key(Hive.MACHINE, OFFICE, view)
        places = [
            (office / "ClickToRun" / "Configuration", "Platform"),
            (office / version / "Outlook", "Bitness"),
        ]
        for key, name in places:
            noted = machine.registry.value(key, name)
            if noted and noted.text.lower() in _BITNESS:
                return _BITNESS[noted.text.lower()]
    return None
