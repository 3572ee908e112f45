"""The self-check page with a spoilt workbook of the demo, wide, and narrow in the dark → two pictures.

``python -m tests.server.page.pictures`` writes them into docs/images.
"""

import base64
import tempfile
from pathlib import Path

from tests.server.page.browser import chromium
from tests.server.page.self_check import ENGINE, SelfCheck
from xlperf.jobs.demo.run import run
from xlperf.server.page.build import build

FOLDER = Path(__file__).parents[3] / "docs" / "images"
VIEWS = {"selfcheck": (1100, 1150, "light", "h1"), "selfcheck-phone": (400, 1150, "dark", "#verdict")}
"""Picture → width, height, colours, what is at the top."""


def main() -> None:
    """Write both pictures."""
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder) / "browser") as browser:
        run(Path(folder) / "demo", units=40)
        build(Path(folder) / "page.html", engine=ENGINE)
        page = SelfCheck(browser, Path(folder) / "page.html")
        page.check(sorted((Path(folder) / "demo" / "收到").glob("*.xlsx"))[:1])
        for name, (width, height, scheme, top) in VIEWS.items():
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            browser.call("Emulation.setDeviceMetricsOverride", **size)
            colours = [{"name": "prefers-color-scheme", "value": scheme}]
            browser.call("Emulation.setEmulatedMedia", features=colours)
            browser.run(f"document.activeElement.blur(); document.querySelector('{top}').scrollIntoView()")
            picture = browser.call("Page.captureScreenshot")["data"]
            (FOLDER / f"{name}.png").write_bytes(base64.b64decode(picture))


if __name__ == "__main__":
    main()
