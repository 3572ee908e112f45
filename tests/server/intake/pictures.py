"""The intake page with a checked package, wide, and narrow in the dark → two pictures.

``python -m tests.server.intake.pictures`` writes them into docs/images.
"""

import base64
import tempfile
from pathlib import Path

from tests.season import season_files as s
from tests.server.intake.intake_page import IntakePage
from tests.server.intake.intake_service import UNITS, begin
from tests.server.intake.test_process import serving
from tests.server.page.browser import chromium
from tests.server.service import free_port

FOLDER = Path(__file__).parents[3] / "docs" / "images"
VIEWS = {"intake": (1100, 1050, "light", "h1"), "intake-phone": (400, 1050, "dark", "h1")}
"""Picture → width, height, colours, what is at the top."""


def main() -> None:
    """Write both pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        code = begin(folder)["002"]
        book, data = [*s.workbooks(UNITS).items()][1]
        (folder / book).write_bytes(s.spoiled(data, s.WRONG))
        with serving(folder, port), chromium(folder / "browser", reaches="127.0.0.1") as browser:
            page = IntakePage(browser, port, code)
            page.send([folder / book])
            for picture, (width, height, scheme, top) in VIEWS.items():
                size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
                browser.call("Emulation.setDeviceMetricsOverride", **size)
                colours = [{"name": "prefers-color-scheme", "value": scheme}]
                browser.call("Emulation.setEmulatedMedia", features=colours)
                browser.run(
                    f"document.activeElement.blur(); document.querySelector('{top}').scrollIntoView()"
                )
                shot = browser.call("Page.captureScreenshot")["data"]
                (FOLDER / f"{picture}.png").write_bytes(base64.b64decode(shot))


if __name__ == "__main__":
    main()
