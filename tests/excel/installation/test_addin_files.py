"""Where the packages come from when nothing is said: where pip noted that xlperf was installed from."""

import json
import zipfile

import pytest

from tests.excel.installation.conftest import SHIPPED
from tests.excel.installation.pretend import XLWINGS
from xlperf.core.errors import InputError
from xlperf.excel.installation.addin_files import installed_source, pinned_xlwings, xlwings_of_addin


class Distribution:
    def __init__(self, url):
        self.url = url

    def read_text(self, name):
        assert name == "direct_url.json"
        return json.dumps({"url": self.url}) if self.url else None


@pytest.fixture
def installed_from(monkeypatch):
    def note(url):
        monkeypatch.setattr(
            "xlperf.excel.installation.addin_files.distribution", lambda name: Distribution(url)
        )

    return note


def test_a_checkout(installed_from, tmp_path):
    folder = tmp_path / "项目 文件夹"
    folder.mkdir()
    installed_from(folder.as_uri())
    assert installed_source() == [f"{folder}[excel]"]


def test_a_wheel_looks_for_the_others_next_to_it(installed_from, tmp_path):
    wheel = tmp_path / "xlperf-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"PK")
    installed_from(wheel.as_uri())
    assert installed_source() == ["--find-links", str(tmp_path), f"{wheel}[excel]"]


@pytest.mark.parametrize("url", [None, "https://example.com/xlperf.whl", "file:///no/such/folder"])
def test_what_is_not_known_is_never_guessed(installed_from, url):
    installed_from(url)
    with pytest.raises(InputError, match="--from"):
        installed_source()


def test_an_add_in_names_the_xlwings_that_it_was_made_for():
    assert xlwings_of_addin(SHIPPED) == pinned_xlwings() == XLWINGS


def test_what_is_no_add_in_of_ours_names_none(tmp_path):
    path = tmp_path / "x.xlam"
    assert xlwings_of_addin(path) == ""
    for content in (b"", b"not a workbook"):
        path.write_bytes(content)
        assert xlwings_of_addin(path) == ""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
    assert xlwings_of_addin(path) == ""
