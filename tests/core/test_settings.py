"""Settings: where they lie, read back as written, and harmless when missing or damaged."""

import json
import sys
from pathlib import Path

import pytest

from xlperf.core.errors import OutputError
from xlperf.core.user_files import Settings, read_settings, settings_path, write_settings


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def put(text: str) -> None:
    settings_path().parent.mkdir(exist_ok=True)
    settings_path().write_text(text, "utf-8")


def test_nothing_chosen():
    assert read_settings() == Settings("", 0)


def test_read_back_as_written(home):
    write_settings(Settings("hunan-yueyang-2024", 2024))
    assert read_settings() == Settings("hunan-yueyang-2024", 2024)
    write_settings(Settings("national-2020", 0))
    assert read_settings() == Settings("national-2020", 0)
    assert [path.name for path in (home / "xlperf").iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"profile": 3, "year": "2024"}', '{"profile": null, "year": true}', "\x00"]
)
def test_what_is_damaged_counts_as_not_chosen(text):
    put(text)
    assert read_settings() == Settings()


def test_a_change_by_hand_is_seen():
    write_settings(Settings("national-2020", 2020))
    put('\ufeff{"profile": " hunan-hengyang-2023 ", "year": 2023}')
    assert read_settings() == Settings("hunan-hengyang-2023", 2023)


def test_other_entries_stay():
    put('{"profile": "", "窗口": [1, 2]}')
    write_settings(Settings("national-2020", 2020))
    assert json.loads(settings_path().read_text("utf-8"))["窗口"] == [1, 2]


def test_a_folder_that_cannot_be_written(home):
    (home / "xlperf").write_text("a file")
    with pytest.raises(OutputError):
        write_settings(Settings("national-2020", 2020))


def test_where_windows_keeps_them(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", "/users/x/AppData/Roaming")
    assert settings_path() == Path("/users/x/AppData/Roaming/xlperf/settings.json")
    monkeypatch.delenv("APPDATA")
    assert settings_path() == Path.home() / "AppData" / "Roaming" / "xlperf" / "settings.json"
