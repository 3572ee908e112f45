"""The web page in a real browser: nothing from outside, no script, every count opens the units behind it."""

import re

import pytest

from tests.finishing.rollup import district
from tests.server.page.browser import CHROMIUM, chromium
from xlperf.finishing.rollup.collect import roll_up
from xlperf.finishing.rollup.page import render, write_page
from xlperf.finishing.rollup.svg_charts import Bar, columns


@pytest.fixture(scope="module")
def rolled(tmp_path_factory):
    changes = {1: district.over_staffed, 2: district.over_budget, 3: district.in_yuan, 4: district.scored_low}
    units = district.filings(5)
    units[0].unit_name = units[0].of("整体")[0].fields["单位名称"] = "甲<script>alert(1)</script>局"
    folder = district.write(tmp_path_factory.mktemp("district") / "收到", units, changes)
    (folder / "没传完.xlsx").write_bytes(b"PK\x03\x04")
    return roll_up([folder])


@pytest.fixture(scope="module")
def text(rolled):
    return render(rolled).decode()


def test_nothing_is_fetched_and_no_script_runs(text):
    assert "<script" not in text
    assert not re.search(r"(?:src|href)=\"(?!#)", text)
    assert not re.search(r"\sstyle=|\son\w+=", text)
    assert "default-src 'none'" in text


def test_every_link_has_its_target(text):
    targets = set(re.findall(r'id="([^"]+)"', text))
    links = set(re.findall(r'href="#([^"]+)"', text))
    assert len(links) > 10
    assert links <= targets


def test_the_figures_are_those_of_the_roll_up(rolled, text):
    assert f"{rolled.total('全年执行数').value:,.2f}" in text
    for name in ("等级", "得分", "执行率"):
        for label, units in rolled.distribution(name).items():
            assert f"{label} {len(units)}" in text
    assert text.count("存疑：") >= len(rolled.units[3].doubts)


def test_a_bar_without_units_leads_nowhere():
    drawn = columns("分布", [Bar("优", 3, "3", "c1"), Bar("差", 0, "0")])
    assert drawn.count("<a ") == 1
    assert 'aria-label="分布：优 3；差 0"' in drawn


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
def test_a_browser_shows_it_on_a_desk_and_on_a_telephone(rolled, tmp_path):
    path = tmp_path / "汇总.html"
    write_page(rolled, path)
    phone = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    with chromium(tmp_path / "browser") as browser:
        browser.open(path.as_uri())
        assert browser.wait("document.querySelectorAll('svg').length") == 7
        assert browser.run("getComputedStyle(document.querySelector('.tile')).borderRadius") == "8px"
        assert browser.run("document.documentElement.scrollWidth <= innerWidth") is True
        browser.run("location.hash = document.querySelector('svg a').getAttribute('href')")
        assert browser.wait("document.querySelector('details[open] ul:target a') !== null")
        browser.call("Emulation.setDeviceMetricsOverride", **phone)
        columns = "getComputedStyle(document.querySelector('.charts')).gridTemplateColumns"
        assert browser.wait(f"{columns}.split(' ').length === 1")
        assert browser.run("document.documentElement.scrollWidth <= 390") is True
        browser.call("Emulation.setEmulatedMedia", features=dark)
        assert browser.wait("getComputedStyle(document.body).backgroundColor === 'rgb(20, 24, 29)'")
        assert browser.errors == []
