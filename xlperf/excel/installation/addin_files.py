"""What belongs to the add-in on a Windows computer: its file, copied or removed, and its Python, made by pip.

The Python comes from the same source as the running xlperf. The versions that must agree are those of xlperf,
of xlwings as xlperf pins it, of xlwings as the add-in was made for it, and the DLL that Excel loads.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import distribution, distributions, requires
from importlib.metadata import version as version_of
from itertools import count
from pathlib import Path, PurePath
from urllib.parse import urlsplit
from urllib.request import url2pathname

from xlperf.core.errors import InputError, OutputError
from xlperf.core.files import atomic_write, ensure_writable_dir, output_error
from xlperf.declarations.source import text_of
from xlperf.excel.installation.computer import Machine
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.parts import open_zip
from xlperf.ooxml.received_bytes import Refused

ADDIN = "xlperf.xlam"
_NAME = "xlperf"


def text(name: str, /, **values: object) -> str:
    """A message of install, status or remove (installation.json), its gaps filled with ``values``."""
    return text_of("installation", "texts", name, **values)


@dataclass(frozen=True, slots=True)
class InstallPaths:
    """Paths on ``machine``: ``home`` holds what is installed, ``startup`` what Excel opens by itself,
    ``settings`` the user's.
    """

    machine: Machine
    home: PurePath
    startup: PurePath
    settings: PurePath

    @property
    def venv(self) -> PurePath:
        """The folder of the Python that the add-in calls; the add-in names it by its full path."""
        return self.home / "venv"

    @property
    def python(self) -> PurePath:
        """The interpreter with a console, for pip."""
        return self.venv / "Scripts" / "python.exe"

    @property
    def listed(self) -> PurePath:
        """The add-in file that Excel's list of add-ins names."""
        return self.home / ADDIN

    @property
    def started(self) -> PurePath:
        """The add-in file in XLSTART, which Excel opens without an entry in its list."""
        return self.startup / ADDIN

    @property
    def record(self) -> PurePath:
        """The file that says what install did."""
        return self.home / "addin.json"

    @property
    def backups(self) -> PurePath:
        """The folder of add-in files that were replaced."""
        return self.home / "backup"


def install_paths(machine: Machine) -> InstallPaths:
    """The paths of this user; raises InputError without the variables that Windows sets."""
    local, roaming = machine.variable("LOCALAPPDATA"), machine.variable("APPDATA")
    if not (local and roaming):
        raise InputError(text("no_folders"))
    home, profile = machine.pure(local) / _NAME, machine.pure(roaming)
    return InstallPaths(machine, home, profile / "Microsoft" / "Excel" / "XLSTART", profile / _NAME)


def digest(content: bytes) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def copy_addin(paths: InstallPaths, target: PurePath, content: bytes) -> list[str]:
    """Write the add-in to ``target``; returns the messages about it. A different file there is kept first."""
    path = paths.machine.file(target)
    ensure_writable_dir(path.parent)
    existing = _content(path)
    messages = [] if existing in (None, content) else [_keep(paths, existing or b"")]
    if existing != content:
        atomic_write(path, content, sync=True)
    if internet_mark(path) is not None:
        _remove_file(_mark(path))
    return [*messages, text("copied", path=target)]


def remove_addin(paths: InstallPaths, target: PurePath, installed: str) -> list[str]:
    """Remove the add-in at ``target``; returns the messages about it.

    A file other than the ``installed`` one (its digest) is kept first.
    """
    path = paths.machine.file(target)
    existing = _content(path)
    if existing is None:
        return []
    messages = [] if digest(existing) == installed else [_keep(paths, existing)]
    _remove_file(path)
    return [*messages, text("file_removed", path=target)]


def _keep(paths: InstallPaths, content: bytes) -> str:
    """Write ``content`` into the folder of backups under a free name; returns the message."""
    folder = paths.machine.file(paths.backups)
    ensure_writable_dir(folder)
    stem = f"xlperf-{datetime.now():%Y%m%d-%H%M%S}"
    names = (f"{stem}{f'-{number}' if number else ''}.xlam" for number in count())
    name = next(name for name in names if not (folder / name).exists())
    atomic_write(folder / name, content, sync=True)
    return text("kept", path=paths.backups / name)


def _content(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none; OutputError where another program holds it."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise output_error(path, error) from error


def internet_mark(path: Path) -> str | None:
    """The mark that Windows sets on files from elsewhere (their stream Zone.Identifier), None without one."""
    try:
        return _mark(path).read_text("utf-8", errors="replace")
    except (OSError, ValueError):
        return None


def _mark(path: Path) -> Path:
    return Path(f"{path}:Zone.Identifier")


def _remove_file(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise output_error(path, error) from error


XLWINGS = "xlwings"
_PIN = re.compile(r"xlwings==([0-9.]+)")
XLWINGS_ROW = "XLWINGS_VERSION"
"""The row of the add-in's own sheet that names the xlwings that its VBA was made for."""
_IN_ADDIN = re.compile(rf">{XLWINGS_ROW}</t>.{{1,80}}?>([0-9.]+)</t>")
_DLL = re.compile(r"xlwings(?:32|64)-.+\.dll", re.IGNORECASE)
_WHEEL = re.compile(r"xlperf-([^-]+)-.+\.whl")
_EXTRA = "[excel]"
_LAST_LINES = 4


def prepare(paths: InstallPaths, origin: Path | None, *, reinstall: bool) -> str:
    """Create the environment or bring it to this version; returns the message.

    ``origin`` is a folder of wheels or xlperf's wheel, None for the source of the running xlperf;
    ``reinstall`` installs packages whose version is right too. A new environment that cannot be filled is
    removed. Raises InputError when the environment's own Python runs this or there is no source, OutputError
    with pip's last lines.
    """
    folder = paths.machine.file(paths.venv)
    if _is_complete(folder) and not reinstall:
        return text("venv_ready", path=paths.venv)
    require_other_python(paths)
    source = _source_in(origin, version_of("xlperf")) if origin else installed_source()
    is_new = not paths.machine.file(paths.python).exists()
    try:
        if is_new:
            _create(paths)
        _fill(paths, [*(["--force-reinstall"] if reinstall else []), *source])
    except OutputError:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return text("venv_made" if is_new else "venv_updated", path=paths.venv)


def require_other_python(paths: InstallPaths) -> None:
    """Raise InputError for the add-in's own Python: Windows lets nobody replace a program that runs."""
    if paths.machine.pure(paths.machine.python.prefix) == paths.venv:
        raise InputError(text("own_python", path=paths.venv))


def _required_versions() -> Mapping[str, str]:
    return {"xlperf": version_of("xlperf"), XLWINGS: pinned_xlwings()}


def _is_complete(folder: Path) -> bool:
    """Whether an environment has the required versions and the DLL that comes with them."""
    installed = packages(folder)
    right = all(installed.get(name) == version for name, version in _required_versions().items())
    return right and any(pinned_xlwings() in name for name in dlls(folder))


def _create(paths: InstallPaths) -> None:
    machine = paths.machine
    ensure_writable_dir(machine.file(paths.home))
    ran = machine.run([machine.python.executable, "-m", "venv", "--clear", str(paths.venv)])
    if ran.status:
        raise OutputError(text("venv_failed", path=paths.venv, reason=_last_lines(ran.output)))


def _fill(paths: InstallPaths, arguments: Sequence[str]) -> None:
    """Have pip install; ``arguments`` are options for it and, last, what is required."""
    pip = [str(paths.python), "-m", "pip", "install", "--no-input", "--upgrade"]
    ran = paths.machine.run([*pip, *arguments])
    if ran.status:
        raise OutputError(text("pip_failed", requirement=arguments[-1], reason=_last_lines(ran.output)))
    if not _is_complete(paths.machine.file(paths.venv)):
        required = "、".join(f"{name} {version}" for name, version in _required_versions().items())
        raise OutputError(text("venv_incomplete", path=paths.venv, packages=required))


def _last_lines(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return "；".join(lines[-_LAST_LINES:])


def _source_in(path: Path, version: str) -> list[str]:
    """The arguments of pip for a folder of wheels, or xlperf's wheel in it: pip looks nowhere else."""
    if not path.exists():
        raise InputError(text("no_origin", path=path))
    folder = path if path.is_dir() else path.parent
    offered = [path] if path.is_file() else sorted(path.glob("xlperf-*.whl"))
    found = {match[1]: wheel for wheel in offered if (match := _WHEEL.fullmatch(wheel.name))}
    if version not in found:
        raise InputError(text("no_wheel", path=path, version=version, found="、".join(found) or text("none")))
    return ["--no-index", "--find-links", str(folder), f"{found[version]}{_EXTRA}"]


def installed_source() -> list[str]:
    """The arguments of pip for the source of the running xlperf: its checkout, or the wheel if that exists.

    Raises InputError when it is not known: a name is never looked up in an index on a guess.
    """
    noted = distribution("xlperf").read_text("direct_url.json")  # pip's note (PEP 610)
    address = urlsplit(json.loads(noted)["url"]) if noted else None
    origin = Path(url2pathname(address.path)) if address and address.scheme == "file" else None
    if origin is None or not origin.exists():
        raise InputError(text("no_source"))
    return [*(["--find-links", str(origin.parent)] if origin.is_file() else []), f"{origin}{_EXTRA}"]


def pinned_xlwings() -> str:
    """The version of xlwings that this xlperf pins, empty where its metadata do not say."""
    found = (_PIN.match(requirement) for requirement in requires("xlperf") or ())
    return next((match[1] for match in found if match), "")


def xlwings_of_addin(addin: Path) -> str:
    """The version of xlwings that the VBA of an add-in was made for; empty where the file does not say it."""
    try:
        sheet = open_zip(str(addin), addin.read_bytes(), LIMITS).part("xl/worksheets/sheet1.xml")
    except (OSError, Refused):
        return ""
    named = _IN_ADDIN.search(sheet.decode("utf-8", "replace"))
    return named[1] if named else ""


def dlls(folder: Path) -> Collection[str]:
    """The names of xlwings' DLLs in a folder."""
    return sorted(path.name for path in folder.glob("*.dll") if _DLL.fullmatch(path.name))


def packages(venv: Path) -> Mapping[str, str]:
    """The packages in an environment of Windows, name in lower case → version; broken ones left out."""
    found = distributions(path=[str(venv / "Lib" / "site-packages")])
    return {package.name.lower(): package.version for package in found if package.read_text("METADATA")}
