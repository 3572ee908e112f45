"""Facts and acts that are the same on every system, and a machine that is not Windows."""

import importlib
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath

from xlperf.excel.machine.registry import Key, Registry, Value

_PATIENCE = 1800
"""Seconds that a program may take: pip on a slow disk takes minutes."""
_NOT_HANDED_ON = frozenset({"PYTHONHOME", "PYTHONPATH"})
"""They would show another Python the packages of this one."""
_UTF8 = 65001
_NOT_FOUND = 127


@dataclass(frozen=True, slots=True)
class Python:
    """A Python: ``version`` as three numbers, ``bits`` 32 or 64, ``encoding`` that of file names;
    ``prefix`` is its environment, ``base`` the installation behind that.
    """

    version: tuple[int, int, int]
    bits: int
    executable: str
    prefix: str
    base: str
    encoding: str

    @property
    def from_the_store(self) -> bool:
        """Whether it is the Microsoft Store's: what it writes below AppData no other program sees."""
        return "\\windowsapps\\" in f"{self.base}\\{self.executable}".lower()

    def __str__(self) -> str:
        return ".".join(str(number) for number in self.version)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended, and all that it wrote."""

    status: int
    output: str


class Local:
    """What every machine can tell through Python itself."""

    platform = sys.platform

    @property
    def python(self) -> Python:
        """The Python of this process."""
        major, minor, micro, *_ = sys.version_info
        bits = struct.calcsize("P") * 8
        encoding = sys.getfilesystemencoding()
        return Python((major, minor, micro), bits, sys.executable, sys.prefix, sys.base_prefix, encoding)

    def variable(self, name: str) -> str:
        """An environment variable, empty where it is not set."""
        return os.environ.get(name, "")

    def pure(self, text: str) -> PurePath:
        """A path of this machine."""
        return PurePath(text)

    def file(self, path: PurePath) -> Path:
        """Where ``path`` can be opened: there."""
        return Path(path)

    def program(self, *names: str) -> str | None:
        """The first of some programs that is found, by name or by path."""
        return next((found for name in names if (found := shutil.which(name))), None)

    def run(self, command: Sequence[str]) -> Ran:
        """Run a program to its end, for half an hour at most; a Python does not see this one's packages."""
        kept = {name: value for name, value in os.environ.items() if name.upper() not in _NOT_HANDED_ON}
        environment = {**kept, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        try:
            ended = subprocess.run(
                list(command),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                env=environment,
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return Ran(_NOT_FOUND, str(error))
        return Ran(ended.returncode, ended.stdout)

    def package(self, name: str) -> str | None:
        """The version of a package installed for this Python."""
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    def imports(self, module: str) -> bool:
        """Whether a module can be imported; what it does on import is its own affair."""
        try:
            importlib.import_module(module)
        except (ImportError, OSError):
            return False
        return True


class Elsewhere(Local):
    """A machine without Windows: no registry, no Excel, UTF-8 throughout."""

    @property
    def registry(self) -> Registry:
        """A registry in which there is nothing."""
        return _Nothing()

    def short(self, path: PurePath) -> str:
        """The path itself: there are no other names."""
        return str(path)

    def processes(self) -> Collection[str]:
        """No program that matters here."""
        return frozenset()

    def code_page(self) -> int:
        """UTF-8."""
        return _UTF8


class _Nothing:
    def values(self, key: Key) -> Mapping[str, Value]:
        return {}

    def subkeys(self, key: Key) -> Sequence[str]:
        return []

    def exists(self, key: Key) -> bool:
        return False

    def write(self, key: Key, name: str, value: Value) -> None:
        raise PermissionError(f"no registry: {key}")

    def delete(self, key: Key, name: str) -> None:
        raise PermissionError(f"no registry: {key}")

    def delete_key(self, key: Key) -> None:
        raise PermissionError(f"no registry: {key}")
