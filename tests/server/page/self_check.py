"""The page as its user works with it: files are chosen, the report is read, buttons are pressed."""

import base64
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.server.page.browser import Browser

ENGINE = Path(sys.prefix) / "engine" / "node_modules" / "pyodide"
"""Where .ci/setup puts the engine."""
_KEEP_MADE = """
save = (name, data) => {
  let letters = "";
  for (const byte of data) letters += String.fromCharCode(byte);
  globalThis.saved = [name, btoa(letters)];
};
"""


class SelfCheck:
    """An open page."""

    def __init__(self, browser: Browser, page: Path) -> None:
        self.browser = browser
        browser.open(page.as_uri())
        browser.wait("document.body.dataset.state === 'ready'")

    def check(self, paths: Sequence[Path]) -> dict:
        """What the page says of files, chosen together."""
        self.browser.run("document.body.dataset.state = 'waiting'; undefined")
        self.browser.give(paths)
        return self.report()

    def report(self) -> dict:
        """The report, as soon as it is there with its drawings."""
        self.browser.wait("document.body.dataset.state === 'drawn'")
        return self.browser.run("report")

    def make(self, what: str) -> tuple[str, bytes]:
        """Name and bytes of what a button makes, "" and what is said where it makes nothing."""
        self.browser.run(f"{_KEEP_MADE} globalThis.saved = null; make('{what}')")
        self.browser.wait("!making")
        saved = self.browser.run("globalThis.saved")
        return (saved[0], base64.b64decode(saved[1])) if saved else ("", self.said().encode())

    def said(self) -> str:
        """The line that a screen reader reads out."""
        return str(self.browser.run("document.getElementById('status').textContent"))
