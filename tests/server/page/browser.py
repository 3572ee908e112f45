"""A headless Chromium spoken to through two pipes: no network, no library between.

Its own network is cut twice: no name is found, and every request that is not for a file or a blob is noted.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
_WITH_PIPES = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for number, end in zip((3, 4), ends):
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Chromium reads its orders from 3 and answers on 4."""
_LOCAL = ("file:", "blob:", "data:", "about:")


class Browser:
    """A tab. ``requests`` are the addresses that it asked for outside of this computer."""

    def __init__(self, orders: int, answers: int) -> None:
        self._orders, self._answers = orders, answers
        self._rest, self._number, self.session = b"", 0, ""
        self.requests: list[str] = []
        self.errors: list[str] = []

    def call(self, method: str, seconds: float = 60, **given: object) -> dict:
        """The result of a call of the DevTools protocol."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": given}
        if self.session:
            message["sessionId"] = self.session
        os.write(self._orders, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + seconds
        while True:
            answer = self._next(deadline)
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self._note(answer)

    def _next(self, deadline: float) -> dict:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._answers], [], [], max(deadline - time.monotonic(), 0))
            if not ready:
                raise TimeoutError
            piece = os.read(self._answers, 2**20)
            if not piece:
                raise EOFError("the browser has ended")
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\0")
        return json.loads(line)

    def _note(self, event: dict) -> None:
        given = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            address = given["request"]["url"]
            if not address.startswith(_LOCAL):
                self.requests.append(address)
        elif event.get("method") == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(given["exceptionDetails"])[:2000])
        elif event.get("method") == "Log.entryAdded":
            self.errors.append(given["entry"]["text"])

    def open(self, address: str, *, has_network: bool = False) -> None:
        """A new tab at ``address``, without a network unless it ``has_network``."""
        self.session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            self.call(f"{domain}.enable")
        offline = {"offline": not has_network, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.call("Network.emulateNetworkConditions", **offline)
        self.call("Page.navigate", url=address)

    @contextmanager
    def another_tab(self) -> Iterator[None]:
        """In the block tabs may be opened; the one that was there is the current one again behind it."""
        kept = self.session
        yield
        self.session = kept

    def run(self, script: str, seconds: float = 60) -> object:
        """The value of an expression, of its promise if it is one."""
        given = {"expression": script, "awaitPromise": True, "returnByValue": True}
        result = self.call("Runtime.evaluate", seconds, **given)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def wait(self, script: str, seconds: float = 240) -> object:
        """The value of an expression as soon as it is true; AssertionError with what the page says else."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if value := self.run(f"document.readyState === 'complete' && ({script})"):
                return value
            time.sleep(0.05)
        said = self.run("document.getElementById('status')?.textContent")
        raise AssertionError(f"{script}: {said} {self.errors[:3]}")

    def give(self, paths: Sequence[Path], field: str = "files") -> None:
        """Choose files in a field of the page, as a person does in its dialog."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=f"#{field}")["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path) for path in paths])


@contextmanager
def chromium(folder: Path, reaches: str = "") -> Iterator[Browser]:
    """A browser whose profile and downloads are in ``folder``, ended with the block.

    It reaches no host but ``reaches``, and that only by a tab that is not opened without a network.
    """
    assert CHROMIUM
    ours_in, theirs_out = os.pipe()
    theirs_in, ours_out = os.pipe()
    rules = f"MAP * ~NOTFOUND{f', EXCLUDE {reaches}' if reaches else ''}"
    profile = f"--user-data-dir={folder / 'profile'}"
    command = [CHROMIUM, *_FLAGS, f"--host-resolver-rules={rules}", profile]
    process = subprocess.Popen(
        [sys.executable, "-c", _WITH_PIPES, str(theirs_in), str(theirs_out), *command],
        pass_fds=(theirs_in, theirs_out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    browser = Browser(ours_out, ours_in)
    try:
        downloads = folder / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
        yield browser
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(ours_in)
        os.close(ours_out)
