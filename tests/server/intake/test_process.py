"""The service as its command starts it: what it refuses, and that it may be killed at any moment."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.season import season_files as s
from tests.server.intake.intake_service import UNITS, begin
from tests.server.service import COMMAND, environment, free_port
from xlperf.cli import run
from xlperf.season.deliveries import Deliveries
from xlperf.season.store import Store
from xlperf.server.intake import process_pool
from xlperf.server.intake.settings import IntakeSettings, limits, said

SECONDS = 120
BOUNDARY = "b0undary"
KIND = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


class Link:
    """A unit at a running service."""

    def __init__(self, port: int, code: str = "") -> None:
        self.port, self.headers = port, {}
        if code:
            body = json.dumps({"code": code}).encode()
            response, _ = self.ask("POST", "session", body, {"content-type": "application/json"})
            self.headers = {"cookie": response.getheader("set-cookie", "").partition(";")[0]}

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            link.request(method, f"/intake/{path}", body, {**self.headers, **(headers or {})})
            response = link.getresponse()
            return response, response.read()
        finally:
            link.close()

    def send(self, name: str, data: bytes) -> str:
        response, answer = self.ask("POST", "packages", upload(name, data), KIND)
        assert response.status == 201, answer.decode()
        return json.loads(answer)["receipt"]

    def states(self) -> dict[str, str]:
        _, answer = self.ask("GET", "packages")
        return {known["receipt"]: known["state"] for known in json.loads(answer)}


def upload(name: str, data: bytes) -> bytes:
    lead = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return lead.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The service of the season in ``folder``, killed at the end of the block if it still runs."""
    options = ["--season", "季.db", "--page", "页.html", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "page", "serve", *options],
        env=environment(folder, ""),
        cwd=folder,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        wait(lambda: process.poll() is not None or answers(port))
        yield process
    finally:
        process.kill()
        process.communicate()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def wait(is_so) -> None:
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def half_sent(link: Link) -> socket.socket:
    """A connection on which half of an upload has been sent."""
    half = socket.create_connection(("127.0.0.1", link.port), 30)
    body = upload("附件.xlsx", b"x" * 200_000)
    lead = f"POST /intake/packages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    headers = "".join(f"{name}: {value}\r\n" for name, value in (KIND | link.headers).items())
    half.sendall(f"{lead}{headers}\r\n".encode() + body[:100_000])
    return half


def test_killed_with_packages_acknowledged_and_one_half_sent(tmp_path):
    codes, port = begin(tmp_path), free_port()
    books = [*s.workbooks(UNITS).items()]
    spool = tmp_path / "季.db.uploads"
    with serving(tmp_path, port) as process:
        links = {code: Link(port, codes[code]) for code in ("001", "002", "003")}
        half = half_sent(Link(port, codes["004"]))
        wait(lambda: [*spool.glob("upload-*/0")])
        sent = {code: link.send(*books[int(code) - 1]) for code, link in links.items()}
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    half.close()
    with Store(tmp_path / "季.db") as store:
        kept = Deliveries(store)
        assert [kept.files(receipt)[0].name for receipt in sent.values()] == [name for name, _ in books[:3]]
    with serving(tmp_path, port):
        for code, receipt in sent.items():
            wait(lambda link=links[code], receipt=receipt: link.states() == {receipt: "done"})
        assert Link(port, codes["004"]).states() == {}
        assert not [*spool.glob("upload-*")]
        season = str(tmp_path / "季.db")
        assert run(["rounds", "register", season, "-o", str(tmp_path / "登记.xlsx")]) == 0
        inbox = tmp_path / "收到"
        inbox.mkdir()
        (inbox / books[3][0]).write_bytes(books[3][1])
        assert run(["rounds", "receive", season, str(inbox)]) == 0
        assert run(["rounds", "check", season]) in (0, 1)
        again = links["001"].send(*books[0])
        assert again not in sent.values()
        with pytest.raises(AssertionError, match="一个登记文件只能由一个服务来收"):
            refused(tmp_path, free_port())


def refused(folder: Path, port: int) -> None:
    with serving(folder, port) as process:
        assert process.stderr
        raise AssertionError(process.stderr.read())


def test_a_package_that_takes_too_long_is_not_begun_again(tmp_path, monkeypatch):
    """It would hold its process as long once more."""
    begin(tmp_path)
    monkeypatch.setitem(limits(), "order_seconds", 0.2)
    stopped, stop = [], process_pool._DeliveryProcess._stop
    monkeypatch.setattr(
        process_pool._DeliveryProcess, "_stop", lambda process: stopped.append(1) or stop(process)
    )
    pool = process_pool.ProcessPool(IntakeSettings(tmp_path / "季.db", workers=1))
    try:
        done = pool.give(process_pool.DeliveryOrder(process_pool.CHECK, "没有")).result(SECONDS)
        assert (done.outcome, len(stopped)) == (process_pool.FAILED, 1)
    finally:
        pool.close()
    assert done.reason == said("late", minutes=0)


def test_neither_excel_nor_its_licence_is_needed():
    script = "import sys; sys.modules['xlwings'] = None; import xlperf.server.intake.app"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=SECONDS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--host", "10.255.255.1"], "要用 https"),
        (["--insecure", "--cert", "没有.pem", "--key", "没有.pem"], "不能一起用"),
        (["--cert", "没有.pem"], "要一起给出"),
        (["--cert", "没有.pem", "--key", "没有.pem"], "用不了"),
        (["--host", "0.0.0.0", "--insecure"], "请用 --url"),
        (["--season", "没有.db"], "找不到报送登记"),
        (["--page", "没有.html"], "读不了"),
        (["--season", "季.db", "--exempt", "没有.json"], "没有.json"),
    ],
)
def test_what_does_not_fit_together_is_said_at_once(tmp_path, monkeypatch, capsys, options, message):
    monkeypatch.chdir(tmp_path)
    begin(tmp_path)
    given = options if "--page" in options else ["--page", "页.html", *options]
    assert run(["page", "serve", "--port", str(free_port()), *given]) == 2
    assert message in capsys.readouterr().err
