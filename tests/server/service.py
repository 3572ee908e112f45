"""The service in a process of its own: only there is a licence given, and only there is the server run."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Any

ROOT = Path(__file__).parent.parent.parent
KEY = "XLWINGS_LICENSE_KEY"
COMMAND = "from xlperf.cli import main; main()"
SECONDS_TO_START = 60
_PORTS = range(20_000, 32_000)
"""Below those that systems give to calls to others."""


def environment(home: Path, key: str) -> dict[str, str]:
    """That of this process without its settings and licence; ``key`` is "" for none."""
    kept = {name: value for name, value in os.environ.items() if name != KEY}
    own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "APPDATA": str(home), "PYTHONPATH": str(ROOT)}
    return kept | own | ({KEY: key} if key else {})


def command(*arguments: str, home: Path, key: str = "", before: str = "") -> subprocess.CompletedProcess[str]:
    """A command line of xlperf to its end; ``before`` is Python that runs first."""
    return subprocess.run(
        [sys.executable, "-c", f"{before}\n{COMMAND}", *arguments],
        env=environment(home, key),
        cwd=home,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@dataclass(frozen=True)
class Answer:
    """Status, headers with small names, and body of a response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Service:
    """A running service at ``port`` of this machine."""

    port: int

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            link.request(method, path, body, dict(headers or {}))
            response = link.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            link.close()

    def call(self, name: str, arguments: Sequence[Any], **more: Any) -> Answer:
        """What Excel's page sends for a formula."""
        payload = {
            "client": "Office.js",
            "func_name": name,
            "args": list(arguments),
            "runtime": "1.4",
            **more,
        }
        return self.ask(
            "POST",
            "/custom-functions-call",
            json.dumps(payload).encode(),
            {"Content-Type": "application/json"},
        )

    def rows(self, name: str, arguments: Sequence[Any]) -> list[list[Any]]:
        """The cells that a call fills."""
        answer = self.call(name, arguments)
        assert answer.status == 200, answer.body.decode()
        return answer.json["result"]


def free_port() -> int:
    """A port at which nothing listens."""
    while True:
        port = SystemRandom().choice(_PORTS)
        with suppress(OSError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            return port


@contextmanager
def running(home: Path, *options: str) -> Iterator[tuple[Service, subprocess.Popen[str]]]:
    """The service, started by its command, until the end of the block."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "server", "start", "--port", str(port), *options],
        env=environment(home, "noncommercial"),
        cwd=home,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        _wait(port, process)
        yield Service(port), process
    finally:
        process.terminate()
        process.wait(timeout=30)
        assert process.stderr
        process.stderr.close()


def _wait(port: int, process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        if process.poll() is not None:
            assert process.stderr
            raise AssertionError(process.stderr.read())
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the service did not start")
