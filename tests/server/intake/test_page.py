"""The intake page in a browser: link, package, receipt, verdict, downloads, keyboard, no other sites."""

import time

import pytest

from tests.season import season_files as s
from tests.server.intake.intake_page import IntakePage
from tests.server.intake.intake_service import UNITS, begin
from tests.server.intake.test_process import serving
from tests.server.page.browser import CHROMIUM, chromium
from tests.server.service import free_port
from xlperf.server.intake.settings import said


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("页")


@pytest.fixture(scope="module")
def codes(folder):
    return begin(folder)


@pytest.fixture(scope="module")
def page(folder, codes):
    """The page of the second unit, with a wrong workbook handed in and checked."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: .ci/setup test installs it")
    name, data = [*s.workbooks(UNITS).items()][1]
    (folder / name).write_bytes(s.spoiled(data, s.WRONG))
    port = free_port()
    with serving(folder, port), chromium(folder / "browser", reaches="127.0.0.1") as browser:
        made = IntakePage(browser, port, codes["002"])
        made.send([folder / name])
        yield made
        assert {address.split("/intake")[0] for address in browser.requests} == {f"http://127.0.0.1:{port}"}


def test_the_code_is_gone_from_the_address(page, codes):
    assert page.browser.run("location.href") == page.address
    assert codes["002"] not in str(page.browser.run("document.documentElement.outerHTML"))
    assert page.browser.run("document.cookie") == ""


def test_the_receipt_and_the_verdict_are_read_out(page):
    receipt = page.browser.run("byId('list').querySelector('.number').textContent")
    assert receipt in page.text("status")
    assert receipt in page.text("receipt")
    assert "审核完了" in page.text("received")
    assert page.browser.run("document.activeElement.id") == "verdict"
    assert page.browser.run("byId('verdict').className") == "error"
    assert page.browser.run("document.querySelectorAll('#groups article.error').length") > 0
    assert s.filings(UNITS)[1].unit_name in page.text("who")


@pytest.mark.parametrize(("number", "ending"), [(0, ".xlsx"), (1, "退回通知.docx"), (2, ".txt")])
def test_what_can_be_downloaded(page, folder, number, ending):
    page.browser.run(f"document.querySelectorAll('#downloads a')[{number}].click()")
    page.browser.wait("byId('status').textContent.includes('已生成')")
    end = time.monotonic() + 30
    while not [path for path in (folder / "browser" / "downloads").iterdir() if path.name.endswith(ending)]:
        assert time.monotonic() < end
        time.sleep(0.05)
    page.browser.run("say('')")


def test_everything_is_reached_by_the_keyboard_and_has_a_name(page):
    script = """[...document.querySelectorAll("button, select, input:not([type=file]), a, summary")]
        .filter(part => part.checkVisibility())
        .filter(part => part.tabIndex < 0 || !(part.textContent || part.labels?.length)).length"""
    assert page.browser.run(script) == 0


def test_no_width_is_too_small(page):
    size = {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    page.browser.call("Emulation.setDeviceMetricsOverride", **size)
    assert page.browser.run("document.documentElement.scrollWidth") <= 360
    page.browser.call("Emulation.clearDeviceMetricsOverride")


def test_too_large_files_are_not_sent(page):
    page.browser.run("choose([{name: '大.xlsx', size: limits.file_bytes + 1}])")
    assert page.browser.run("byId('send').disabled") is True
    assert "大.xlsx" in page.text("status")
    page.browser.run("byId('clear').click()")
    assert page.browser.run("byId('chosen').hidden") is True


def test_nothing_of_the_package_is_run(page):
    page.browser.run(
        "show({verdict: '<img src=x onerror=document.title=1>', grade: 'good', groups: [], files: []})"
    )
    assert page.browser.run("byId('verdict').childElementCount") == 0


def test_a_service_that_is_away_for_a_moment_is_asked_again(page):
    page.browser.run(
        """window.lost = 2; window.real = window.fetch; document.body.dataset.state = "";
        window.fetch = (...given) => given[0].includes("packages/") && lost-- > 0
            ? Promise.reject(new Error("lost")) : real(...given);
        attempt(() => follow(current, true))();"""
    )
    page.browser.wait("document.body.dataset.state === 'done'")
    page.browser.run("window.fetch = window.real")
    assert page.text("status") == ""


def test_a_wrong_code_and_signing_out(page):
    with page.browser.another_tab():
        page.open("#WRONG")
        page.browser.wait("byId('status').classList.contains('wrong')")
        assert page.text("status") == said("wrong_code")
        page.open()
        page.browser.wait("document.body.dataset.state === 'signed in'")
        page.browser.run("byId('sign-out').click()")
        page.browser.wait("document.body.dataset.state === 'signed out'")
        assert page.browser.run("byId('signed-in').hidden") is True
        page.browser.wait("document.activeElement.id === 'code'")
