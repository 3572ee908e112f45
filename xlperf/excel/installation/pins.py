"""The versions that must agree: xlwings as this xlperf asks for it, as the add-in's VBA names it, as it
lies in the add-in's Python, and the DLL that Excel loads.
"""

import re
from collections.abc import Collection, Mapping
from importlib.metadata import distributions, requires
from pathlib import Path

from xlperf.excel.installation.vba import modules

XLWINGS = "xlwings"
_PIN = re.compile(r"xlwings==([0-9.]+)")
_IN_VBA = re.compile(r'Const XLWINGS_VERSION As String = "([^"]+)"')
_DLL = re.compile(r"xlwings(?:32|64)-.+\.dll", re.IGNORECASE)


def pinned() -> str:
    """The version of xlwings that this xlperf asks for, empty where its metadata do not say."""
    found = (_PIN.match(one) for one in requires("xlperf") or ())
    return next((match[1] for match in found if match), "")


def version_in_vba(addin: Path) -> str:
    """The version of xlwings that an add-in's VBA was made for, empty where it cannot be read."""
    try:
        texts = modules(addin).values()
    except ValueError:
        return ""
    return next((match[1] for one in texts if (match := _IN_VBA.search(one))), "")


def dll_name(version: str, bits: int) -> str:
    """The file that VBA loads into an Excel of ``bits``."""
    return f"xlwings{bits}-{version}.dll"


def dlls(folder: Path) -> Collection[str]:
    """The names of xlwings' DLLs in a folder."""
    return sorted(one.name for one in folder.glob("*.dll") if _DLL.fullmatch(one.name))


def packages(venv: Path) -> Mapping[str, str]:
    """The packages in an environment of Windows, name in lower case → version; broken ones left out."""
    found = distributions(path=[str(venv / "Lib" / "site-packages")])
    return {one.name.lower(): one.version for one in found if one.read_text("METADATA")}
