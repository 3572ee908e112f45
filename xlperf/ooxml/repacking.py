"""A .7z or .rar → a .zip of the same files, by libarchive, in a process that may die of it.

The paths of both are in the environment: XLPERF_ARCHIVE, XLPERF_REPACKED. Exit status 1 where the archive
cannot be read, or is more than the limits allow.
"""

import importlib
import os
import sys
import zipfile
from pathlib import Path

from xlperf.ooxml.limits import LIMITS

_LINK = 0o120000
_LIBRARY = "libarchive"


def is_available() -> bool:
    """Whether libarchive and what calls it are installed."""
    try:
        importlib.import_module(_LIBRARY)
    except (ImportError, OSError, AttributeError, TypeError):
        return False
    return True


def main() -> None:
    """Write the .zip; see the head of the module."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 — not there on Windows

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (LIMITS.memory_bytes, most))
    try:
        _repack(Path(os.environ["XLPERF_ARCHIVE"]), Path(os.environ["XLPERF_REPACKED"]))
    except Exception:  # whatever a damaged archive makes of the library
        sys.exit(1)


def _repack(source: Path, target: Path) -> None:
    library = importlib.import_module(_LIBRARY)
    left, count = LIMITS.unpacked_bytes, 0
    with library.file_reader(str(source)) as entries, zipfile.ZipFile(target, "w") as archive:
        for entry in entries:
            if entry.isdir:
                continue
            count += 1
            if count > LIMITS.parts:
                raise ValueError
            info = zipfile.ZipInfo(str(entry.pathname))
            if entry.issym or entry.islnk:
                info.external_attr = _LINK << 16
            with archive.open(info, "w") as stream:
                for block in entry.get_blocks():
                    left -= len(block)
                    if left < 0:
                        raise ValueError
                    stream.write(block)
