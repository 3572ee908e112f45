"""The one place that knows how a file is read: a path → the JSON of ``xlperf import FILE --format json``."""

from pathlib import Path
from typing import Any

from xlperf.ooxml.received_bytes import Refused
from xlperf.outputs.machine_reports import export_file


def read(path: Path) -> dict[str, Any]:
    """What is read from the file; nothing for a file that is refused."""
    try:
        return export_file(path)
    except Refused:
        return {}
