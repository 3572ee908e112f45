"""LibreOffice as the spreadsheet: cell formula → generated VBA wrapper → XLPython.CallUDF in this process.

LibreOffice runs a Basic module that asks over a socket what to do; the wrappers, in a workbook with macros,
call back over another. Nothing but LibreOffice Calc is needed, no Python of its own.
"""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import Queue
from typing import Any
from xml.sax.saxutils import escape

import pytest
from pyopenvba import ExcelFile, VBAModuleKind

from tests.excel.addin import standins, wire
from tests.excel.addin.excelobjects import Range, Workbook

BASIC = Path(__file__).parent / "basic"
SECONDS = 120
NOT_FIRST_START = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/Office">
<prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item></oor:items>"""
LIBRARY = '<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"'
LIBRARIES = f"""<library:libraries xmlns:library="http://openoffice.org/2000/library">
{LIBRARY.replace(' xmlns:library="http://openoffice.org/2000/library"', "")} library:link="false"/>
</library:libraries>"""


def as_excel_reads(text: str) -> str:
    """Return the generated wrappers with ``#If App`` decided, which LibreOffice cannot do.

    The test whether a cell called goes too: there it is always true.
    """
    lines, kept = [], [True]
    for line in text.split("\n"):
        word = line.strip()
        if word.startswith("#If"):
            kept.append('"Microsoft Excel"' in word)
        elif word.startswith("#Else"):
            kept[-1] = not kept[-1]
        elif word.startswith("#End If"):
            kept.pop()
        elif all(kept) and not word.startswith("#Const"):
            lines.append(line.replace("If TypeOf Application.Caller Is Range Then On", "On"))
    return "\n".join(lines)


def workbook(path: Path, wrappers: str) -> None:
    """Write a workbook with the generated wrappers over a stand-in of the module PythonServer."""
    texts = {
        "Wire": (BASIC / "Wire.bas").read_text(),
        "PythonServer": (BASIC / "PythonServer.bas").read_text(),
    }
    double = (BASIC / "XLPyDouble.cls").read_text().replace("\n", "\r\n")
    with ExcelFile.create_new(path) as book:
        project = book.vba_project()
        for name, text in {**texts, "xlwings_udfs": as_excel_reads(wrappers)}.items():
            project.add_module(name, text.replace("\n", "\r\n"))
        project.add_module("XLPyDouble", double, kind=VBAModuleKind.other)
        book.save()


class Spreadsheet:
    """A workbook open in LibreOffice; ``close`` ends it. Cells are on its first sheet."""

    def __init__(self, folder: Path, wrappers: str) -> None:
        self.calls: list[str] = []
        self._caller: Range | None = None
        self._questions: Queue[str] = Queue()
        self._answers: Queue[str] = Queue()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        self._process = self._started(folder)
        assert self._answered() == "ready"
        path = folder / "t.xlsm"
        workbook(path, wrappers)
        self._do("open", wire.escaped(path.as_uri()))

    def _started(self, folder: Path) -> subprocess.Popen[bytes]:
        basic = folder / "user" / "basic"
        (basic / "Standard").mkdir(parents=True)
        (folder / "user" / "registrymodifications.xcu").write_text(NOT_FIRST_START)
        (basic / "script.xlc").write_text(LIBRARIES)
        modules = {name: (BASIC / f"{name}.bas").read_text() for name in ("Wire", "Driver")}
        elements = "".join(f'<library:element library:name="{name}"/>' for name in modules)
        (basic / "Standard" / "script.xlb").write_text(f"{LIBRARY}>{elements}</library:library>")
        for name, text in modules.items():
            lines = [line for line in text.split("\n") if not line.startswith("Attribute")]
            code = "\n".join(["Option VBASupport 1", *lines])
            (basic / "Standard" / f"{name}.xba").write_text(
                f'<script:module xmlns:script="http://openoffice.org/2000/script" script:name="{name}" '
                f'script:language="StarBasic">{escape(code)}</script:module>'
            )
        soffice = shutil.which("soffice") or pytest.fail("LibreOffice is missing: install libreoffice-calc")
        switches = [f"-env:UserInstallation={folder.as_uri()}", "--headless", "--norestore", "--nologo"]
        port = str(self._listener.getsockname()[1])
        environment = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", "XLPERF_PORT": port}
        return subprocess.Popen(
            [soffice, *switches, "macro:///Standard.Driver.Main"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        stream = connection.makefile("rwb")
        while length := stream.read(8):
            parts = stream.read(int(length)).decode("ascii").split("\x1e")
            if parts[0] == "driver":
                self._answers.put(parts[1])
                reply = self._questions.get()
            else:
                reply = self._call(*parts)
            stream.write(f"{len(reply):08}{reply}".encode("ascii"))
            stream.flush()

    def _call(self, module: str, function: str, *arguments: str) -> str:
        self.calls.append(function)
        try:
            values = [*map(wire.argument, arguments)]
            return "=" + wire.result(standins.call(module, function, values, self._caller))
        except Exception as error:
            return "!" + wire.escaped(repr(error))

    def _answered(self) -> str:
        answer = self._answers.get(timeout=SECONDS)
        assert not answer.startswith("!"), wire.unescaped(answer)
        return answer

    def _do(self, *parts: str) -> str:
        self._questions.put("\x1e".join(parts))
        return self._answered()

    def modules(self, path: Path) -> dict[str, str]:
        """Open a file of Excel and return its VBA by "project.module", as LibreOffice has read it."""
        found = self._do("modules", wire.escaped(path.as_uri())).split("\n")
        return {name: wire.unescaped(text) for name, text in (line.split("\t") for line in found)}

    def put(self, place: str, value: Any) -> None:
        """Write a value; a text that begins with "=" is a formula in LibreOffice's spelling."""
        if isinstance(value, str):
            self._do("formula" if value.startswith("=") else "text", place, wire.escaped(value))
        elif value is not None:
            self._do("number", place, repr(float(value)))

    def format(self, place: str, kind: int) -> None:
        """Give a range the standard format of a kind: 2 date, 8 currency, 1024 logical."""
        self._do("format", place, str(kind))

    def clear(self, place: str) -> None:
        """Empty a range, with its formats."""
        self._do("clear", place)

    def array(self, place: str, formula: str) -> list[list[object]]:
        """Write an array formula over a range, in place of the last one, and return what it gives."""
        if self._caller:
            self._do("clear", self._caller.Address)
        self._caller = Workbook("t.xlsm").add("Sheet1").Range(place)
        self._do("array", place, wire.escaped(formula))
        return self.values(place)

    def values(self, place: str) -> list[list[object]]:
        """Return the calculated values of a range."""
        return wire.rows(self._do("values", place))

    def value(self, place: str) -> object:
        """Return the calculated value of one cell."""
        return self.values(place)[0][0]

    def fill(self, table: Sequence[Sequence[Any]], row: int = 1) -> None:
        """Write rows of values from column A on."""
        for number, values in enumerate(table, row):
            for column, value in enumerate(values):
                self.put(f"{chr(ord('A') + column)}{number}", value)

    def close(self) -> None:
        """End LibreOffice."""
        self._questions.put("quit")
        try:
            self._process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            self._listener.close()
