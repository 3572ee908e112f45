"""VBA modules as text → ``vbaProject.bin``, the project named xlperf.

pyOpenVBA, which only building an add-in needs, writes them into an empty add-in of its own that Excel made.
"""

import importlib
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from xlperf.core.errors import InputError
from xlperf.declarations.texts import text_of

PROJECT = "xlperf"
DOCUMENTS = ("ThisWorkbook", "Sheet1")
"""The modules that belong to the workbook and its sheet; the empty add-in has them, and NEEDLESS."""
NEEDLESS = "Module1"
NAME_RECORD = 0x0004
"""PROJECTNAME in the stream ``dir`` ([MS-OVBA] 2.3.4.2.1.6): number, length, the name in the code page."""


def vba_project(modules: Mapping[str, str]) -> bytes:
    """Return the project with ``modules``: name to source with its ``Attribute`` lines, lines ended by \\n.

    The module of the sheet stays as the empty add-in has it. Raises InputError where pyOpenVBA is missing
    or a source is not ASCII: VBA keeps text in the code page of one machine.
    """
    for name, source in modules.items():
        if not source.isascii():
            raise InputError(text_of("ribbon", "build", "not_ascii", name=name))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "addin.xlam")
        with _library().ExcelFile.create_new(path) as addin:
            project = addin.vba_project()
            project.delete_module(NEEDLESS)
            for name, source in modules.items():
                lines = source.replace("\n", "\r\n")
                if name in DOCUMENTS:
                    addin.set_module(name, lines)
                else:
                    project.add_module(name, lines)
            addin.save()
        with ZipFile(path) as package:
            return _named(package.read("xl/vbaProject.bin"))


def _library() -> Any:
    try:
        return importlib.import_module("pyopenvba")
    except ModuleNotFoundError as error:
        if error.name != "pyopenvba":
            raise
        raise InputError(text_of("ribbon", "build", "no_library")) from None


def _named(data: bytes) -> bytes:
    """Give the project its name, in the two streams that hold it."""
    vba = importlib.import_module("pyopenvba.vba")
    streams = importlib.import_module("pyopenvba.cfb").CFB.from_bytes(data)
    directory = vba.decompress(streams.get_stream_in_storage("VBA", "dir"))
    old = vba.parse_vba_project(streams).name
    records = [struct.pack("<HI", NAME_RECORD, len(name)) + name.encode("ascii") for name in (old, PROJECT)]
    streams.write_stream_in_storage("VBA", "dir", vba.compress(_replaced(directory, *records)))
    lines = [f'\r\nName="{name}"\r\n'.encode("ascii") for name in (old, PROJECT)]
    streams.write_stream("PROJECT", _replaced(streams.get_stream("PROJECT"), *lines))
    result: bytes = streams.to_bytes()
    return result


def _replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    if data.count(old) != 1:
        raise AssertionError(f"the project's name occurs {data.count(old)} times")
    return data.replace(old, new)
