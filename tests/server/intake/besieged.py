"""A season, the service over it in a process that can be killed, and units that hand in packages."""

import http.client
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.server.service import COMMAND, SECONDS_TO_START, Answer, environment, free_port
from xlperf.core.paths import schemas_dir
from xlperf.declarations.profile import load_profile
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.season.codes import Codes
from xlperf.season.start import start
from xlperf.season.store import Store

PROFILE = "hunan-yueyang-2024"
HERE = "127.0.0.1"
OK = 200
SECONDS_TO_CHECK = 120
_BOUNDARY = "----------a-line-that-no-file-has"
Files = Sequence[tuple[str, bytes]]


def season_with_codes(folder: Path, units: int) -> tuple[Path, Mapping[str, str]]:
    """The file of a season with the demo's units, and the code of each unit by the unit's own code."""
    ledger, season = folder / "台账.xlsx", folder / "季.db"
    write_demo_ledger(ledger, load_profile(PROFILE), units)
    start(season, ledger, PROFILE, due=None, day=date.today())
    with Store(season) as store:
        made = Codes(store).issue(store.units(), datetime.now().astimezone())
    return season, {each.unit.code: each.code for each in made}


def multipart(files: Files, field_name: str = "files") -> tuple[bytes, str]:
    """The body of an upload, and its content type."""
    body = bytearray()
    for name, content in files:
        disposition = f'form-data; name="{field_name}"; filename="{name}"'
        body += f"--{_BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n".encode()
        body += content + b"\r\n"
    return bytes(body) + f"--{_BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={_BOUNDARY}"


@dataclass
class Client:
    """A unit at ``address``, signed in where it has a ``cookie``."""

    port: int
    address: str = HERE
    cookie: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 60,
    ) -> Answer:
        """The answer to a request; raises OSError where none comes."""
        link = http.client.HTTPConnection(HERE, self.port, timeout=seconds, source_address=(self.address, 0))
        own = {"Cookie": self.cookie} if self.cookie else {}
        try:
            link.request(method, path, body, {**own, **self.headers, **(headers or {})})
            response = link.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            link.close()

    def sign_in(self, code: str) -> Answer:
        """Sign in, and keep the cookie."""
        body = json.dumps({"code": code}).encode()
        answer = self.ask("POST", "/intake/session", body, {"Content-Type": "application/json"})
        self.cookie = answer.headers.get("set-cookie", "").partition(";")[0] or self.cookie
        return answer

    def deliver(self, files: Files, seconds: float = 60) -> Answer:
        """Hand in a package."""
        body, kind = multipart(files)
        return self.ask("POST", "/intake/packages", body, {"Content-Type": kind}, seconds)


def _with_limits(folder: Path, limits: Mapping[str, float]) -> Path:
    """A copy of the declarations with other limits."""
    own = folder / "声明"
    shutil.copytree(schemas_dir(), own)
    intake = json.loads((own / "intake.json").read_text("utf-8"))
    intake["limits"] |= limits
    (own / "intake.json").write_text(json.dumps(intake), "utf-8")
    return own


class Server:
    """``xlperf page serve`` over a season; started, killed and started again at one port.

    ``limits`` are those of intake.json that are to be others.
    """

    def __init__(self, folder: Path, season: Path, limits: Mapping[str, float] | None = None) -> None:
        self._folder, self.season, self.port = folder, season, free_port()
        self._page = folder / "页.html"
        self._page.write_text("<!DOCTYPE html><title>页</title>", "utf-8")
        self.process: subprocess.Popen[bytes] | None = None
        self._said = folder / "说的.txt"
        self._environment = environment(folder, "")
        if limits:
            self._environment["XLPERF_SCHEMAS"] = str(_with_limits(folder, limits))

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = ["--season", str(self.season), "--page", str(self._page), "--port", str(self.port)]
        with self._said.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-c", COMMAND, "page", "serve", *options],
                env=self._environment,
                cwd=self._folder,
                stderr=said,
            )
        end = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return Client(self.port).ask("GET", "/").status == OK
        except OSError:
            return False

    def said(self) -> str:
        """What the server has said on its terminal."""
        return self._said.read_text("utf-8")

    def kill(self) -> None:
        """End the server as a failing machine does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the server as Ctrl+C does."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(how)
            self.process.wait(timeout=60)
            self.process = None

    def client(self, address: str = HERE, code: str = "") -> Client:
        """A client, signed in with a code."""
        made = Client(self.port, address)
        if code:
            assert made.sign_in(code).status == 204
        return made


def verdict(unit: Client, receipt: str) -> Mapping[str, Any]:
    """What a unit is shown as soon as its package is checked."""
    end = time.monotonic() + SECONDS_TO_CHECK
    while time.monotonic() < end:
        shown: Mapping[str, Any] = unit.ask("GET", f"/intake/packages/{receipt}").json
        if shown["state"] in {"done", "failed"}:
            return shown
        time.sleep(0.1)
    raise AssertionError(shown)
