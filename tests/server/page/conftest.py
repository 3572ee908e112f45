"""One page and one browser for all tests; without the engine or Chromium they say so and are skipped."""

import pytest

from tests.server.page.browser import CHROMIUM, chromium
from tests.server.page.self_check import ENGINE, SelfCheck
from xlperf.server.page.build import build


@pytest.fixture(scope="session")
def page_file(tmp_path_factory):
    """The page with all profiles."""
    if not (ENGINE / "package.json").is_file():
        pytest.skip(f"no engine at {ENGINE}: .ci/setup test gets it by npm")
    path = tmp_path_factory.mktemp("页") / "自查.html"
    build(path, engine=ENGINE)
    return path


@pytest.fixture(scope="session")
def page(page_file, tmp_path_factory):
    """The page, open and ready in a browser without a network."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: .ci/setup test installs it")
    with chromium(tmp_path_factory.mktemp("浏览器")) as browser:
        opened = SelfCheck(browser, page_file)
        yield opened
        assert browser.requests == []
        assert browser.errors == []
