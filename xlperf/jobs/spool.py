"""Bytes that a run may need again, on disk until it ends."""

from os import SEEK_END
from tempfile import TemporaryFile

Place = tuple[int, int]
"""Where bytes begin and how many they are."""


class Spool:
    """A temporary file without a name; it is gone when the run ends, however that is."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 — closed by close()

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def put(self, data: bytes) -> Place:
        """Write ``data``; returns the place from which ``get`` reads it."""
        return self._file.seek(0, SEEK_END), self._file.write(data)

    def get(self, place: Place) -> bytes:
        """The bytes at ``place``."""
        start, size = place
        self._file.seek(start)
        return self._file.read(size)
