"""LibreOffice as it is run for received files: it calls nobody, and one that hangs is ended and replaced."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases import CASES
from tests.intake import linkedfiles as files
from tests.intake.wordfiles import document, paragraph
from tests.long import long
from xlperf.intake.office import NoAnswerError, Office

PROGRAM = shutil.which("soffice")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no LibreOffice")
WORD, PAPER = "docx:MS Word 2007 XML", "pdf"
SECONDS = 120
HOSTILE = CASES / "hostile" / "doc_linked_image_127.0.0.1_18772.doc"


class Listener:
    """Counts who connects to an address of this machine."""

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.create_server(("127.0.0.1", port))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.calls: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller:
                self.calls.append(caller.recv(200))

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture(scope="module", params=[True, False], ids=["without network", "with network"])
def office(request) -> Iterator[Office]:
    made = Office(str(PROGRAM), is_alone=request.param)
    yield made
    made.close()


def old(office: Office, suffix: str, address: str) -> bytes:
    source, kind = files.OLD[suffix]
    return office.convert(files.MADE[source](address), source, kind, SECONDS)


@pytest.mark.parametrize("suffix", [*files.MADE, *files.OLD])
def test_nothing_that_a_file_refers_to_is_fetched(office, listener, suffix):
    make = files.MADE.get(suffix)
    data = make(listener.address) if make else old(office, suffix, listener.address)
    kind = WORD if suffix in (".doc", ".docx", ".odt") else PAPER
    assert office.convert(data, suffix, kind, SECONDS)
    assert listener.calls == []


def test_the_listener_hears_who_calls(listener):
    with socket.create_connection(("127.0.0.1", int(listener.address.rpartition(":")[2]))) as caller:
        caller.sendall(b"x")
    for _ in range(100):
        if listener.calls:
            break
        threading.Event().wait(0.05)
    assert listener.calls == [b"x"]


@pytest.mark.skipif(not HOSTILE.exists(), reason="the collection of hostile files is not here")
def test_the_picture_of_the_hostile_document_is_not_fetched(office):
    made = Listener(int(re.findall("[0-9]+", HOSTILE.stem)[-1]))
    assert office.convert(HOSTILE.read_bytes(), ".doc", WORD, SECONDS)
    made.close()
    assert made.calls == []


def running(office: Office) -> list[int]:
    """The processes with the profile of ``office``."""
    profile = office._profile.as_uri().encode()
    commands = {path: read(path) for path in Path("/proc").glob("[0-9]*/cmdline")}
    return [int(path.parent.name) for path, words in commands.items() if profile in words]


@long
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")
def test_one_that_hangs_is_ended_and_replaced():
    office = Office(str(PROGRAM))
    data = document(paragraph("报告"))
    try:
        first, second = (office.convert(data, ".docx", WORD, SECONDS) for _ in range(2))
        for process in running(office):
            os.kill(process, signal.SIGSTOP)
        with pytest.raises(NoAnswerError) as caught:
            office.convert(data, ".docx", WORD, 3)
        assert isinstance(caught.value.__cause__, subprocess.TimeoutExpired)
        assert len(office.convert(data, ".docx", WORD, SECONDS)) == len(first) == len(second)
    finally:
        office.close()
    assert running(office) == []


def test_one_that_died_is_replaced():
    office = Office(str(PROGRAM))
    data = document(paragraph("报告"))
    try:
        for _ in range(2):
            office.convert(data, ".docx", WORD, SECONDS)
        waiting = office._waiting
        assert waiting is not None
        os.killpg(waiting.pid, signal.SIGKILL)
        assert office.convert(data, ".docx", WORD, SECONDS)
    finally:
        office.close()


ENDING = """
import os, sys
from xlperf.intake.office import Office
office = Office(sys.argv[1])
for _ in range(2):
    office.convert(open(sys.argv[2], "rb").read(), ".docx", "docx:MS Word 2007 XML", 120)
print(office._profile.as_uri(), flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")
def test_none_outlives_the_process_that_it_works_for(tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(document(paragraph("报告")))
    command = [sys.executable, "-c", ENDING, str(PROGRAM), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    profile = done.stdout.strip().encode()
    for _ in range(100):
        left = [words for words in Path("/proc").glob("[0-9]*/cmdline") if profile in read(words)]
        if not left:
            break
        threading.Event().wait(0.05)
    assert profile
    assert left == []


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
