"""The intake page as a unit works with it."""

from collections.abc import Sequence
from pathlib import Path

from tests.server.page.browser import Browser


class IntakePage:
    """The page, opened by a unit's link and signed in."""

    def __init__(self, browser: Browser, port: int, code: str) -> None:
        self.browser = browser
        self.address = f"http://127.0.0.1:{port}/intake"
        self.open(f"#{code}")
        browser.wait("document.body.dataset.state === 'signed in'")

    def open(self, more: str = "") -> None:
        """A new tab."""
        self.browser.open(self.address + more, has_network=True)

    def send(self, paths: Sequence[Path]) -> None:
        """Choose files, hand them in, and wait for the verdict."""
        self.browser.give(paths)
        self.browser.wait("!byId('chosen').hidden")
        self.browser.run("byId('send').click()")
        self.browser.wait("document.body.dataset.state === 'done'")

    def text(self, element: str) -> str:
        """The text of an element by its id."""
        return str(self.browser.run(f"byId('{element}').textContent"))
