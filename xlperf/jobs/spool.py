"""Bytes that a run may need again, on disk until it ends."""

from os import SEEK_END
from typing import IO, TYPE_CHECKING

from xlperf.core.lazy import LazyModule

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
