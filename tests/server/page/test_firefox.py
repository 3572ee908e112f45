"""Debian's Firefox shows what Chromium shows, and saves the same copy."""

import time

import pytest

import xlperf
from tests.received import good as g
from tests.server.page.firefox import FIREFOX, firefox
from xlperf.jobs.annotate import annotate
from xlperf.server.page.shown_report import shown_report

_SHOWN = """
return [...document.querySelectorAll("#groups article")].map(each =>
  [each.querySelector(".code").textContent, each.querySelector("p").textContent]);
"""


@pytest.mark.skipif(FIREFOX is None, reason="no Firefox: apt install firefox-esr")
def test_firefox_finds_and_writes_the_same(page_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "改坏的.xlsx"
    path.write_bytes(g.edited({g.BASIC: g.number(g.address("基础", "三公经费_上年决算数"), 1)}))
    with firefox(tmp_path / "火狐") as browser:
        browser.open(page_file.as_uri())
        browser.wait("return document.body.dataset.state === 'ready'")
        browser.give([path])
        browser.wait("return document.body.dataset.state === 'drawn'")
        shown = browser.run(_SHOWN)
        assert browser.run("return document.querySelectorAll('.around .meant').length")
        browser.run("document.querySelector('[data-make=annotated]').click()")
        saved = browser.downloads / path.name
        end = time.monotonic() + 60
        while not (saved.is_file() and saved.stat().st_size) and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(0.2)
        copy = saved.read_bytes()
    report = xlperf.check([path.name])
    expected = [
        (each["code"], each["message"])
        for group in shown_report(report)["groups"]
        for each in group["findings"]
    ]
    assert [tuple(each) for each in shown] == expected
    (made,) = annotate(report, tmp_path / "批注稿").files
    assert copy == made.read_bytes()
