"""The Python of the add-in: a virtual environment, made by pip from the same source as the running xlperf.

The versions that must agree are those of xlperf, of xlwings as xlperf pins it, of xlwings as the add-in's VBA
names it, and the DLL that Excel loads.
"""

import json
import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution, distributions, requires
from importlib.metadata import version as version_of
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from xlperf.core.errors import InputError, OutputError
from xlperf.core.files import ensure_writable_dir
from xlperf.excel.addin.vba_modules import vba_modules
from xlperf.excel.installation.addin_file import InstallPaths, text
from xlperf.excel.installation.computer import Machine

XLWINGS = "xlwings"
_PIN = re.compile(r"xlwings==([0-9.]+)")
_IN_VBA = re.compile(r'Const XLWINGS_VERSION As String = "([^"]+)"')
_DLL = re.compile(r"xlwings(?:32|64)-.+\.dll", re.IGNORECASE)
_WHEEL = re.compile(r"xlperf-([^-]+)-.+\.whl")
_EXTRA = "[excel]"
_LAST_LINES = 4


@dataclass(frozen=True, slots=True)
class PackageSource:
    """``requirement`` is what pip installs, ``options`` how it looks for it."""

    requirement: str
    options: Sequence[str] = ()


def prepare(
    machine: Machine, paths: InstallPaths, origin: Path | None, *, reinstall: bool
) -> tuple[bool, str]:
    """Create the environment or bring it to this version; returns whether it was created, and the message.

    ``origin`` is a folder of wheels or xlperf's wheel, None for the source of the running xlperf;
    ``reinstall`` installs packages whose version is right too. A new environment that cannot be filled is
    removed. Raises InputError when the environment's own Python runs this or there is no source, OutputError
    with pip's last lines.
    """
    folder = machine.file(paths.venv)
    if _is_complete(folder) and not reinstall:
        return False, text("venv_ready", path=paths.venv)
    require_other_python(machine, paths)
    source = _source_in(origin, version_of("xlperf")) if origin else installed_source()
    created = not machine.file(paths.python).exists()
    try:
        if created:
            _create(machine, paths)
        _fill(machine, paths, source, reinstall=reinstall)
    except OutputError:
        if created:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return created, text("venv_made" if created else "venv_updated", path=paths.venv)


def require_other_python(machine: Machine, paths: InstallPaths) -> None:
    """Raise InputError for the add-in's own Python: Windows lets nobody replace a program that runs."""
    if machine.pure(machine.python.prefix) == paths.venv:
        raise InputError(text("own_python", path=paths.venv))


def _required_versions() -> Mapping[str, str]:
    return {"xlperf": version_of("xlperf"), XLWINGS: pinned_xlwings()}


def _is_complete(folder: Path) -> bool:
    """Whether an environment has the required versions and the DLL that comes with them."""
    installed = packages(folder)
    right = all(installed.get(name) == version for name, version in _required_versions().items())
    return right and any(pinned_xlwings() in name for name in dlls(folder))


def _create(machine: Machine, paths: InstallPaths) -> None:
    ensure_writable_dir(machine.file(paths.home))
    ran = machine.run([machine.python.executable, "-m", "venv", "--clear", str(paths.venv)])
    if ran.status:
        raise OutputError(text("venv_failed", path=paths.venv, reason=_last_lines(ran.output)))


def _fill(machine: Machine, paths: InstallPaths, source: PackageSource, *, reinstall: bool) -> None:
    force = ["--force-reinstall"] if reinstall else []
    command = [str(paths.python), "-m", "pip", "install", "--no-input", "--upgrade", *force]
    ran = machine.run([*command, *source.options, source.requirement])
    if ran.status:
        raise OutputError(text("pip_failed", requirement=source.requirement, reason=_last_lines(ran.output)))
    if not _is_complete(machine.file(paths.venv)):
        required = "、".join(f"{name} {version}" for name, version in _required_versions().items())
        raise OutputError(text("venv_incomplete", path=paths.venv, packages=required))


def _last_lines(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return "；".join(lines[-_LAST_LINES:])


def _source_in(path: Path, version: str) -> PackageSource:
    """A folder of wheels, or xlperf's wheel in such a folder: pip looks nowhere else."""
    if not path.exists():
        raise InputError(text("no_origin", path=path))
    folder = path if path.is_dir() else path.parent
    offered = [path] if path.is_file() else sorted(path.glob("xlperf-*.whl"))
    found = {match[1]: wheel for wheel in offered if (match := _WHEEL.fullmatch(wheel.name))}
    if version not in found:
        raise InputError(text("no_wheel", path=path, version=version, found="、".join(found) or text("none")))
    return PackageSource(f"{found[version]}{_EXTRA}", ("--no-index", "--find-links", str(folder)))


def installed_source() -> PackageSource:
    """Where the running xlperf was installed from: its checkout, or the wheel if it still exists.

    Raises InputError when it is not known: a name is never looked up in an index on a guess.
    """
    noted = distribution("xlperf").read_text("direct_url.json")  # pip's note (PEP 610)
    address = urlsplit(json.loads(noted)["url"]) if noted else None
    origin = Path(url2pathname(address.path)) if address and address.scheme == "file" else None
    if origin is None or not origin.exists():
        raise InputError(text("no_source"))
    return PackageSource(
        f"{origin}{_EXTRA}", ("--find-links", str(origin.parent)) if origin.is_file() else ()
    )


def pinned_xlwings() -> str:
    """The version of xlwings that this xlperf pins, empty where its metadata do not say."""
    found = (_PIN.match(requirement) for requirement in requires("xlperf") or ())
    return next((match[1] for match in found if match), "")


def xlwings_in_vba(addin: Path) -> str:
    """The version of xlwings that an add-in's VBA was made for, empty where it cannot be read."""
    try:
        sources = vba_modules(addin).values()
    except ValueError:
        return ""
    return next((match[1] for source in sources if (match := _IN_VBA.search(source))), "")


def dll_name(version: str, bits: int) -> str:
    """The file that VBA loads into an Excel of ``bits``."""
    return f"xlwings{bits}-{version}.dll"


def dlls(folder: Path) -> Collection[str]:
    """The names of xlwings' DLLs in a folder."""
    return sorted(path.name for path in folder.glob("*.dll") if _DLL.fullmatch(path.name))


def packages(venv: Path) -> Mapping[str, str]:
    """The packages in an environment of Windows, name in lower case → version; broken ones left out."""
    found = distributions(path=[str(venv / "Lib" / "site-packages")])
    return {package.name.lower(): package.version for package in found if package.read_text("METADATA")}
