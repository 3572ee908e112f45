"""What install did, kept beside the add-in, so that remove can undo that and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from xlperf.core.files import atomic_write, ensure_writable_dir
from xlperf.excel.installation.opens import Registration
from xlperf.excel.installation.places import Places
from xlperf.excel.installation.trust import Trust
from xlperf.excel.machine import Machine


@dataclass(slots=True)
class Record:
    """``file`` is the path of the add-in and ``digest`` its SHA-256; ``venv`` whether we made the Python;
    ``created`` the paths of the keys that were not there before.
    """

    version: str = ""
    file: str = ""
    digest: str = ""
    venv: bool = False
    registrations: list[Registration] = field(default_factory=list)
    trusted: list[Trust] = field(default_factory=list)
    created: list[str] = field(default_factory=list)

    def registration(self, version: str) -> Registration | None:
        """What was entered for a version of Excel."""
        return next((one for one in self.registrations if one.version == version), None)


def load(machine: Machine, where: Places) -> Record:
    """The record, an empty one where there is none or it cannot be read."""
    try:
        content = json.loads(machine.file(where.record).read_text("utf-8"))
        return _record(content)
    except (OSError, ValueError, TypeError, KeyError):
        return Record()


def save(machine: Machine, where: Places, record: Record) -> None:
    """Write the record; OutputError where the disk refuses."""
    ensure_writable_dir(machine.file(where.home))
    text = json.dumps(asdict(record), ensure_ascii=False, indent=2)
    atomic_write(machine.file(where.record), text.encode())


def _record(content: Mapping[str, Any]) -> Record:
    registrations = [Registration(**one) for one in content["registrations"]]
    trusted = [Trust(**one) for one in content["trusted"]]
    return Record(**{**content, "registrations": registrations, "trusted": trusted})
