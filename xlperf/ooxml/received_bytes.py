"""A path as received, of a file or of one in an archive → its bytes within limits, or the finding why not."""

import os
import stat

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.source import text_of
from xlperf.ooxml.archives import member_content, member_size, split
from xlperf.ooxml.limits import Limits


class Refused(Exception):  # noqa: N818 - carries a finding about the received file
    """The file cannot be read; ``finding`` says why."""

    def __init__(self, found: Finding) -> None:
        super().__init__(found.message)
        self.finding = found


def refused(code: str, path: str, **context: str) -> Refused:
    """The refusal of the file ``path`` for ``code``; ``context`` fills its message."""
    return Refused(finding(code, Location(file=path), **context))


def read_content(path: str, limits: Limits) -> bytes:
    """The bytes of a regular file, or of one in an archive, neither empty nor too large; raises Refused."""
    try:
        inside = split(path)
        size = member_size(*inside) if inside else _size(path)
        if size > limits.file_bytes:
            raise refused("F108", path, size=megabytes(size), limit=megabytes(limits.file_bytes))
        data = member_content(*inside, limits.file_bytes + 1) if inside else _read(path, limits)
    except OSError as error:
        raise refused("F112", path, reason=error.strerror or str(error)) from error
    if not data.strip(b"\0"):
        raise refused("F101", path)
    return data


def _size(path: str) -> int:
    about = os.stat(path)
    if not stat.S_ISREG(about.st_mode):
        raise refused("F112", path, reason=text_of("received", "unreadable", "no_file"))
    return about.st_size


def _read(path: str, limits: Limits) -> bytes:
    with open(path, "rb") as stream:
        return stream.read(limits.file_bytes + 1)


def megabytes(size: int) -> str:
    """A number of bytes as users read it."""
    return f"{size / 2**20:,.1f} MB"


def out_of_memory(path: str, limits: Limits) -> Refused:
    """The refusal of a file for which there is not enough memory."""
    return refused("F134", path, limit=megabytes(limits.memory_bytes))
