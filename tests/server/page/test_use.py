"""The page in use: slow files, stopping, filters, keyboard, screen readers, telephones, the dark, paper."""

import re
from pathlib import Path

import pytest

from tests.received import good as g

SLOW = """
const before = watch;
watch = (path, seconds) => before(path, path === "慢.xlsx" ? 0.001 - GRACE : seconds);
"""
"""The time of one file is up at once."""


@pytest.fixture
def bad(tmp_path) -> Path:
    edit = {g.BASIC: g.number(g.address("基础", "三公经费_上年决算数"), 1)}
    (tmp_path / "改坏的.xlsx").write_bytes(g.edited(edit))
    return tmp_path / "改坏的.xlsx"


def codes(report: dict) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for finding in (each for group in report["groups"] for each in group["findings"]):
        found.setdefault(finding["file"], set()).add(finding["code"])
    return found


def test_a_file_that_takes_too_long_is_named_and_the_others_are_checked(page, bad, tmp_path):
    (tmp_path / "慢.xlsx").write_bytes(bad.read_bytes())
    page.browser.run(f"globalThis.kept = watch; {{ {SLOW} }}")
    try:
        report = page.check([tmp_path / "慢.xlsx", bad])
    finally:
        page.browser.run("watch = kept; undefined")
    assert codes(report)["慢.xlsx"] == {"F133"}
    assert "F133" not in codes(report)["改坏的.xlsx"]


def test_a_check_can_be_stopped_and_another_begun(page, bad):
    page.browser.run("document.body.dataset.state = 'waiting'; undefined")
    page.browser.run("globalThis.kept = checkNow; checkNow = () => {}; undefined")
    page.browser.give([bad])
    page.browser.wait("!document.getElementById('cancel').hidden")
    page.browser.run("checkNow = kept; document.getElementById('cancel').click()")
    page.browser.wait("document.body.dataset.state === 'ready'")
    assert page.browser.run("document.getElementById('result').hidden")
    assert page.check([bad])["grade"] == "error"


def test_the_verdict_comes_first_and_errors_come_first(page, bad):
    page.check([bad])
    assert page.browser.run("document.activeElement.id") == "verdict"
    order = page.browser.run("[...document.querySelectorAll('#groups article')].map(each => each.className)")
    assert order[0] == "error"
    ranks = {"error": 0, "warning": 1, "note": 2}
    for section in page.browser.run(
        "[...document.querySelectorAll('#groups section')]"
        ".map(part => [...part.querySelectorAll('article')].map(each => each.className))"
    ):
        assert section == sorted(section, key=ranks.__getitem__)


def test_the_drawing_shows_the_cell_with_its_neighbours(page, bad):
    report = page.check([bad])
    finding = next(each for group in report["groups"] for each in group["findings"] if each["cell"])
    drawn = f"document.querySelector('#finding-{finding['number']} .around')"
    row = re.sub(r"\D", "", finding["cell"])
    assert page.browser.run(f"{drawn}.querySelector('.meant').parentElement.cells[0].textContent") == row
    assert page.browser.run(f"{drawn}.querySelectorAll('.meant').length") == 1


def test_the_filter_counts_what_it_shows(page, bad):
    page.check([bad])
    total = page.browser.run("document.querySelectorAll('#groups article').length")
    page.browser.run(
        "const form = document.getElementById('filter'); form.elements.text.value = '没有这几个字'; narrow()"
    )
    assert page.browser.run("document.getElementById('shown').textContent") == f"显示 0 条，共 {total} 条"
    page.browser.run("document.getElementById('filter').reset(); narrow()")
    assert page.browser.run("document.querySelectorAll('#groups article:not([hidden])').length") == total


def test_a_screen_reader_has_a_name_for_everything_that_can_be_used(page, bad):
    page.check([bad])
    page.browser.call("Accessibility.enable")
    nodes = page.browser.call("Accessibility.getFullAXTree")["nodes"]
    used = {"button", "combobox", "searchbox", "textbox", "progressbar", "link"}
    nameless = [
        node
        for node in nodes
        if not node.get("ignored") and node["role"]["value"] in used and not node.get("name", {}).get("value")
    ]
    assert nameless == []
    status = page.browser.run(
        "['role', 'aria-live'].map(name => document.getElementById('status').getAttribute(name))"
    )
    assert status == ["status", "polite"]
    assert page.browser.run("document.documentElement.lang") == "zh-CN"


def test_everything_is_reached_by_the_tabulator(page, bad):
    page.check([bad])
    page.browser.run("document.activeElement.blur(); window.getSelection().removeAllRanges(); scrollTo(0, 0)")
    page.browser.run("document.getElementById('choose-files').focus()")
    names = ("id", "name", "dataset.make")
    focused = " || ".join(f"document.activeElement.{name}" for name in names)
    reached = set()
    for _ in range(14):
        reached.add(page.browser.run(focused))
        for kind in ("rawKeyDown", "keyUp"):
            key = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
            page.browser.call("Input.dispatchKeyEvent", type=kind, **key)
    made = {"annotated", "list", "upload", "record", "copy", "print"}
    assert reached >= {"choose-files", "choose-folder", "profile", "grade", "group", "text"} | made


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_no_width_has_to_be_scrolled_sideways(page, bad, width):
    page.check([bad])
    page.browser.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False
    )
    try:
        assert page.browser.run("document.documentElement.scrollWidth <= innerWidth")
    finally:
        page.browser.call("Emulation.clearDeviceMetricsOverride")


def contrast(page, selector: str) -> float:
    """The contrast of the text of an element with what is behind it (WCAG 2)."""
    script = f"""(() => {{
      const element = document.querySelector({selector!r});
      let behind = element;
      while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
      return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
    }})()"""
    lights = []
    for colour in page.browser.run(script):
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_are_readable_in_the_light_and_in_the_dark(page, bad, scheme):
    page.check([bad])
    page.browser.call(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
    )
    try:
        for selector in (
            "body",
            ".private",
            "#verdict",
            "#choose-files",
            "#choose-folder",
            ".error .grade",
            "dt",
            ".around th",
            ".meant",
            "output",
            "footer",
            "a",
            ".small",
            "h3 small",
            ".code",
            ".around caption",
        ):
            assert contrast(page, selector) >= 4.5, selector
    finally:
        page.browser.call("Emulation.setEmulatedMedia", features=[])


def test_paper_has_the_findings_and_no_buttons(page, bad):
    page.check([bad])
    page.browser.call("Emulation.setEmulatedMedia", media="print")
    try:
        shown = "id => getComputedStyle(document.getElementById(id)).display !== 'none'"
        assert page.browser.run(f"['verdict', 'groups'].every({shown})")
        assert not page.browser.run(f"['drop', 'downloads', 'filter', 'state'].some({shown})")
    finally:
        page.browser.call("Emulation.setEmulatedMedia", media="")


def test_nothing_can_be_asked_from_the_page(page):
    asked = "fetch('https://example.org/').then(() => 'asked', () => 'refused')"
    assert page.browser.run(asked) == "refused"
    image = """new Promise(done => {
      const image = new Image();
      image.onerror = () => done("refused");
      image.onload = () => done("asked");
      image.src = "https://example.org/a.png";
    })"""
    assert page.browser.run(image) == "refused"
    page.browser.errors.clear()
    page.browser.requests.clear()


def test_no_files_is_no_check(page, tmp_path):
    (tmp_path / "空的.zip").write_bytes(b"PK\5\6" + bytes(18))
    report = page.check([tmp_path / "空的.zip"])
    assert report["grade"] == "error"
    assert page.said()
