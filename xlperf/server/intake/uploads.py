"""The body of an upload → its files on disk with their hashes; nothing beyond the limits is taken.

The names that a browser gives are labels: the files on disk have numbers.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO

import python_multipart
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect

from xlperf.core.files import safe_name
from xlperf.jobs.sources import SUFFIXES
from xlperf.ooxml.archives import is_archive
from xlperf.season.deliveries import DeliveredFile
from xlperf.server.intake.settings import BadRequestError, limits, said

_FIELD = b"files"
_HEADER_BYTES = 8192
_SUFFIX_BYTES = 16
_FIELDS = 10
"""Parts that are no files."""
_MEGABYTE = 2**20


def label(name: str) -> str:
    """A name as it is kept: no folders, nothing invisible, no more bytes than are declared."""
    last = PurePosixPath(name.replace("\\", "/").rpartition("/")[2])
    stem = safe_name(last.stem, limits()["name_bytes"])
    suffix = safe_name(last.suffix[1:], _SUFFIX_BYTES) if last.suffix else ""
    return f"{stem}.{suffix}" if suffix else stem


class Upload:
    """Takes an upload apart; ``folder`` is empty and the caller's, who removes it."""

    def __init__(self, folder: Path, content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not boundary:
            raise BadRequestError(415, "multipart")
        self._folder = folder
        self._files: list[DeliveredFile] = []
        self._bytes = self._parts = 0
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._file: IO[bytes] | None = None
        self._at, self._hash, self._size = folder, hashlib.sha256(), 0
        self._is_complete = False
        callbacks: dict[str, Callable[..., None]] = {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._open,
            "on_part_data": self._data,
            "on_part_end": self._close_part,
            "on_end": self._end,
        }
        try:
            self._parser = python_multipart.MultipartParser(boundary, callbacks)  # type: ignore[arg-type]
        except FormParserError as error:
            raise BadRequestError(400, "broken") from error

    async def take(self, body: AsyncIterator[bytes]) -> list[DeliveredFile]:
        """The files of the body; raises BadRequestError for what is too much, slow, broken or of no use."""
        end = time.monotonic() + limits()["upload_seconds"]
        try:
            while True:
                wait = min(limits()["idle_seconds"], end - time.monotonic())
                async with asyncio.timeout(max(wait, 0)):
                    piece = await anext(body, None)
                if piece is None:
                    break
                self._write(piece)
            if not self._is_complete:
                raise BadRequestError(400, "broken")
        except TimeoutError as error:
            raise BadRequestError(408, "slow") from error
        finally:
            if self._file:
                self._file.close()
        return self._usable()

    def _write(self, piece: bytes) -> None:
        self._bytes += len(piece)
        refuse_too_large(self._bytes)
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise BadRequestError(400, "broken") from error
        except OSError as error:
            raise BadRequestError(503, "disk", after=60, reason=error.strerror or error) from error

    def _usable(self) -> list[DeliveredFile]:
        names = [PurePosixPath(file.name) for file in self._files]
        if not any(name.suffix.lower() in SUFFIXES or is_archive(name) for name in names):
            raise BadRequestError(422, "nothing")
        return self._files

    # What the parser finds

    def _begin(self) -> None:
        self._headers, self._name, self._value = {}, b"", b""
        self._parts += 1
        if self._parts > limits()["files"] + _FIELDS:
            raise BadRequestError(413, "too_many_files", files=limits()["files"])

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]
        self._bound(self._name)

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._bound(self._value)

    def _bound(self, text: bytes) -> None:
        if len(text) > _HEADER_BYTES or len(self._headers) > 8:
            raise BadRequestError(400, "broken")

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _open(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"filename", b"")
        if options.get(b"name") != _FIELD or not name:
            return
        if len(self._files) >= limits()["files"]:
            raise BadRequestError(413, "too_many_files", files=limits()["files"])
        self._at = self._folder / str(len(self._files))
        self._file = self._at.open("xb")
        self._hash, self._size = hashlib.sha256(), 0
        self._label = self._own_name(label(name.decode(errors="replace")))

    def _own_name(self, name: str) -> str:
        """The name, with a number where another file has it, whatever the case."""
        taken = {file.name.casefold() for file in self._files}
        path, number, own = PurePosixPath(name), 1, name
        while own.casefold() in taken:
            number += 1
            own = said("numbered", stem=path.stem, number=number) + path.suffix
        return own

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            return
        self._size += end - start
        if self._size > limits()["file_bytes"]:
            raise BadRequestError(
                413, "file_size", name=self._label, megabytes=limits()["file_bytes"] // _MEGABYTE
            )
        piece = data[start:end]
        self._hash.update(piece)
        self._file.write(piece)

    def _close_part(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            made = DeliveredFile(self._label, self._size, self._hash.hexdigest(), self._at)
            self._files.append(made)

    def _end(self) -> None:
        self._is_complete = True


def refuse_too_large(size: int) -> None:
    """Raise BadRequestError for a body of more bytes than a package may have."""
    if size > limits()["package_bytes"] + limits()["files"] * _HEADER_BYTES:
        raise BadRequestError(413, "package_size", megabytes=limits()["package_bytes"] // _MEGABYTE)


async def drain(body: AsyncIterator[bytes]) -> None:
    """Read and forget what is still coming, within bounds, so that the sender reads why it was refused."""
    most, end = limits()["package_bytes"], time.monotonic() + limits()["drain_seconds"]
    with suppress(TimeoutError, ClientDisconnect):
        while most > 0 and time.monotonic() < end:
            async with asyncio.timeout(limits()["drain_pause_seconds"]):
                piece = await anext(body, None)
            if piece is None:
                return
            most -= len(piece)
