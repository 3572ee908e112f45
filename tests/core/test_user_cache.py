"""The cache of declarations: quicker where it is whole, harmless in any other state."""

import json
import os
import subprocess
import sys
from dataclasses import fields as attributes

import pytest

from xlperf.core import json_files
from xlperf.core import user_files as module
from xlperf.core.errors import DeclarationError
from xlperf.core.user_files import UserCache, cache_path, digest, user_cache
from xlperf.declarations import fields, rule_loading
from xlperf.declarations.profile import load_profile

PROFILE = "hunan-yueyang-2024"


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Where the cache lies in this test; the caches of this process are emptied before and after."""
    monkeypatch.setenv("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", str(tmp_path))
    forget()
    yield cache_path()
    monkeypatch.undo()
    forget()


def forget():
    for kept in (user_cache, fields._tree, json_files.valid_json, rule_loading._built):
        kept.cache_clear()


def loaded():
    """What is in the profile, attribute by attribute, as text: declarations are equal only to themselves."""
    forget()
    profile = load_profile.__wrapped__(PROFILE)
    user_cache().save()
    return {attribute.name: repr(getattr(profile, attribute.name)) for attribute in attributes(profile)}


def test_a_profile_from_the_cache_is_the_same_and_nothing_is_validated_or_parsed(path, monkeypatch):
    first = loaded()
    for owner, name in ((json_files, "validate"), (fields, "parse")):
        monkeypatch.setattr(owner, name, lambda *_: pytest.fail("worked out again"))
    assert loaded() == first


def test_a_wrong_declaration_is_not_remembered_as_right(path):
    loaded()
    for _ in range(2):
        with pytest.raises(DeclarationError):
            json_files.valid_json('{"id": 1}', "profile", "profiles/甲.json")


@pytest.mark.parametrize("spoil", [
    lambda data: b"",
    lambda data: data[: len(data) // 2],
    lambda data: data.replace(b'"IF"', b'"OR"', 1),
    lambda data: b"\xff\xfe" + data,
    lambda data: signed({"code": "other", "valid": [], "trees": {"1+1": ["number", 3.0]}}),
    lambda data: signed([]),
    lambda data: signed({"code": module._code_stamp(), "valid": 1, "trees": []}),
    lambda data: signed({"code": module._code_stamp(), "valid": [], "trees": spoilt_trees(data)}),
])  # fmt: skip
def test_a_cache_that_is_not_ours_costs_only_time(path, spoil):
    first = loaded()
    path.write_bytes(spoil(path.read_bytes()))
    assert loaded() == first


def signed(content) -> bytes:
    body = json.dumps(content)
    return f"{digest(body)}\n{body}".encode()


def spoilt_trees(data: bytes):
    """Trees of no known form under the formulas that are declared."""
    trees = json.loads(data.partition(b"\n")[2])["trees"]
    wrong = [["__import__", ["text", "os"]], ["number", "1"], ["IF"], [], 7, ["+", ["name", "a"]], "text"]
    return {text: wrong[number % len(wrong)] for number, text in enumerate(trees)}


def test_a_folder_that_cannot_be_written_is_left(path):
    path.parent.parent.mkdir(exist_ok=True)
    path.parent.write_text("a file where the folder should be")
    assert loaded()["id"] == repr(PROFILE)
    assert path.parent.read_text() == "a file where the folder should be"


def test_no_home(monkeypatch):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(module.Path, "home", classmethod(no_home))
    assert cache_path() is None
    UserCache(has_grown=True).save()
    assert module._read_cache() == UserCache()


def no_home(_):
    raise RuntimeError


def test_a_relative_folder_is_not_taken(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("LOCALAPPDATA", "here")
    assert cache_path() is None or cache_path().is_absolute()


def test_two_processes_at_once(path):
    program = f"from xlperf import load_profile; print(load_profile('{PROFILE}').version)"
    command = [sys.executable, "-c", program]
    both = [subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.PIPE, text=True) for _ in "ab"]
    said = {process.communicate()[0].strip() for process in both}
    assert said == {load_profile(PROFILE).version}
    check, _, body = path.read_text("utf-8").partition("\n")
    assert check == digest(body)
    assert [left.name for left in path.parent.iterdir()] == [path.name]


def test_a_text_that_no_file_takes_is_not_kept(path):
    """JSON can hold half a character; such a formula is parsed again each time."""
    kept = UserCache()
    kept.add_tree("\ud800", ["text", "\ud800"])
    kept.save()
    assert not path.exists()
