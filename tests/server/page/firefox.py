"""A headless Firefox spoken to by its own protocol (Marionette): JSON behind its length, nothing between.

It has no network: its proxy is a port of this machine at which nobody listens.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.server.service import free_port

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""How WebDriver names an element."""
_SECONDS = 240


class Firefox:
    """A tab; ``downloads`` is where files go that it saves."""

    def __init__(self, link: socket.socket, downloads: Path) -> None:
        self._link, self.downloads, self._number, self._rest = link, downloads, 0, b""
        self._answer()
        self._call("WebDriver:NewSession")

    def open(self, address: str) -> None:
        """Load a page."""
        self._call("WebDriver:Navigate", url=address)

    def run(self, script: str) -> object:
        """What the body of a function returns."""
        return self._call("WebDriver:ExecuteScript", script=script, args=[])["value"]

    def wait(self, script: str) -> object:
        """What the body of a function returns as soon as that is true."""
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            if value := self.run(script):
                return value
            time.sleep(0.1)
        raise AssertionError(f"{script}: {self.run('return document.body.textContent.slice(0, 500)')}")

    def give(self, paths: Sequence[Path]) -> None:
        """Choose files as a person does in the dialog."""
        found = self._call("WebDriver:FindElement", using="css selector", value="#files")["value"]
        text = "\n".join(map(str, paths))
        self._call("WebDriver:ElementSendKeys", id=found[_ELEMENT], text=text)

    def _call(self, name: str, **given: object) -> dict:
        self._number += 1
        message = json.dumps([0, self._number, name, given]).encode()
        self._link.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._answer()
        assert error is None, error
        return result

    def _answer(self) -> list:
        while b":" not in self._rest:
            self._receive()
        length, _, self._rest = self._rest.partition(b":")
        while len(self._rest) < int(length):
            self._receive()
        answer, self._rest = self._rest[: int(length)], self._rest[int(length) :]
        return json.loads(answer)

    def _receive(self) -> None:
        piece = self._link.recv(2**16)
        if not piece:
            raise EOFError("the browser has ended")
        self._rest += piece


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A browser whose profile and downloads are in ``folder``, ended with the block."""
    assert FIREFOX
    profile, downloads, port = folder / "profile", folder / "downloads", free_port()
    for made in (profile, downloads):
        made.mkdir(parents=True)
    settings = {
        "marionette.port": port,
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": 9,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": 9,
        "browser.download.folderList": 2,
        "browser.download.dir": str(downloads),
    }
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items())
    (profile / "user.js").write_text("".join(lines), "utf-8")
    process = subprocess.Popen(
        [FIREFOX, "--headless", "--no-remote", "--marionette", "--profile", str(profile)],
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "MOZ_CRASHREPORTER_DISABLE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with _connected(port, process) as link:
            yield Firefox(link, downloads)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _connected(port: int, process: "subprocess.Popen[bytes]") -> socket.socket:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, "Firefox has ended"
        try:
            return socket.create_connection(("127.0.0.1", port), _SECONDS)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("Firefox did not listen")
