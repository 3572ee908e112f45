"""The bytes of received files, kept on disk until the run ends, for a job that goes on with them."""

from dataclasses import dataclass
from os import SEEK_END
from typing import IO, TYPE_CHECKING, Self

from xlperf.core.lazy import LazyModule
from xlperf.intake.kinds import Kind, Opened

if TYPE_CHECKING:
    import tempfile
else:
    tempfile = LazyModule("tempfile")


Place = tuple[int, int]
"""Where bytes begin and how many they are."""


class Spool:
    """A temporary file without a name, made when it is first needed; it is gone when the run ends."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None

    def close(self) -> None:
        """Remove the file."""
        if self._file:
            self._file.close()

    def put(self, data: bytes) -> Place:
        """Write ``data``; returns the place from which ``get`` reads it."""
        self._file = self._file or tempfile.TemporaryFile()
        return self._file.seek(0, SEEK_END), self._file.write(data)

    def get(self, place: Place) -> bytes:
        """The bytes at ``place``, where ``put`` wrote them."""
        assert self._file
        start, size = place
        self._file.seek(start)
        return self._file.read(size)


@dataclass(frozen=True, slots=True)
class Original:
    """A file that was opened: what kind it is, and its bytes without their password."""

    path: str
    kind: Kind
    data: bytes
    was_encrypted: bool


def original_of(opened: Opened) -> Original:
    """What is kept of an open file."""
    return Original(opened.path, opened.kind, opened.data, opened.was_encrypted)


class Originals:
    """The files of a run by path; their bytes are on disk until the block ends."""

    def __init__(self) -> None:
        self._spool = Spool()
        self._kept: dict[str, tuple[Place, Kind, bool]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._spool.close()

    def put(self, original: Original) -> None:
        """Keep a file."""
        place = self._spool.put(original.data)
        self._kept[original.path] = place, original.kind, original.was_encrypted

    def get(self, path: str) -> Original | None:
        """The file that was read as ``path``; None for one that could not be opened."""
        if path not in self._kept:
            return None
        place, kind, was_encrypted = self._kept[path]
        return Original(path, kind, self._spool.get(place), was_encrypted)
