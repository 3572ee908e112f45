"""``xlperf page build``: one file, whole, small enough, of declarations and engines that fit."""

import base64
import datetime as dt
import gzip
import hashlib
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from xlperf.cli import run
from xlperf.core.errors import InputError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import texts_of
from xlperf.server.page import build as building
from xlperf.server.page.build import LARGEST, build, engine_folder
from xlperf.server.page.bundle import bundle, profiles_of


def names(archive: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(archive)).namelist()


@pytest.fixture
def small_engine(tmp_path) -> Path:
    """A folder that looks like the engine."""
    folder = tmp_path / "引擎"
    folder.mkdir()
    for name in ("pyodide.asm.mjs", "pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip"):
        (folder / name).write_bytes(name.encode())
    (folder / "pyodide-lock.json").write_text(
        '{"info": {"python": "3.14.2"}, "packages": {"numpy": {}}}', "utf-8"
    )
    declared = texts_of("selfcheck")["engine"]
    about = {"name": declared["package"], "version": declared["version"]}
    (folder / "package.json").write_text(json.dumps(about), "utf-8")
    return folder


def data_of(page: str, name: str) -> bytes:
    packed = re.search(f'id="data-{name}">([^<]*)<', page)
    assert packed
    return gzip.decompress(base64.b64decode(packed[1]))


def test_the_page_is_one_file_that_names_no_address(page_file):
    page = page_file.read_text("utf-8")
    assert len(page.encode()) <= LARGEST == 14_000_000
    outside = re.sub(r'<script type="text/plain".*?</script>', "", page)
    addresses = re.findall(r"""(?:src|href)=(?!"#)|https?://[^"]*""", outside)
    assert set(addresses) <= {"https://inline.invalid/"}


def test_the_policy_allows_the_scripts_of_the_page_and_nothing_else(page_file):
    page = page_file.read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#x27;", "'")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    assert f"script-src {allowed} 'wasm-unsafe-eval' blob:" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy


def test_the_archive_has_what_a_check_needs_and_no_more(page_file):
    inside = names(data_of(page_file.read_text("utf-8"), "site"))
    tops = {name.split("/")[0] for name in inside}
    assert tops == {"chinese_calendar", "click", "et_xmlfile", "openpyxl", "xlperf", "xlrd"}
    assert "xlperf/_data/schemas/profiles/national-2020.json" in inside
    for left_out in (
        "cli",
        "excel",
        "_data/workbooks",
        "_data/macros",
        "server/app.py",
        "season",
        "drafting",
    ):
        assert not [name for name in inside if name.startswith(f"xlperf/{left_out}")]


def test_only_the_chosen_profiles_and_those_above_them_are_in_it():
    ids = profiles_of(["岳阳楼区"])
    assert (
        ids == ["hunan-yueyang-2024", "hunan-yueyanglou-2024", "national-2020"]
        or "hunan-yueyanglou-2024" in ids
    )
    archive, valid = bundle(ids)
    inside = {Path(name).stem for name in names(archive) if "/profiles/" in name}
    assert inside == set(ids)
    assert json.loads(valid)["valid"]
    with pytest.raises(InputError):
        profiles_of(["没有这个地方"])


def test_the_declarations_of_a_bureau_are_in_it_and_are_checked(tmp_path, monkeypatch):
    own = tmp_path / "声明"
    shutil.copytree(schemas_dir(), own)
    monkeypatch.setenv("XLPERF_SCHEMAS", str(own))
    archive, _ = bundle(profiles_of(["national-2020"]))
    assert "schemas/profiles/national-2020.json" in names(archive)
    (own / "types.json").write_text('{"金额": 1}', "utf-8")
    with pytest.raises(InputError, match="声明用不了"):
        bundle(["national-2020"])


def test_the_same_gives_the_same_page(small_engine, tmp_path):
    for name in ("一.html", "二.html"):
        build(tmp_path / name, ["national-2020"], small_engine, day=dt.date(2026, 1, 2))
    assert (tmp_path / "一.html").read_bytes() == (tmp_path / "二.html").read_bytes()
    page = (tmp_path / "一.html").read_text("utf-8")
    assert "2026-01-02" in page
    assert [text for text in texts_of("selfcheck")["not_checked"] if text not in page] == []
    assert json.loads(json.loads(data_of(page, "settings"))["lock"]) == {
        "info": {"python": "3.14.2"},
        "packages": {},
    }


def test_the_command_writes_the_page_and_replaces_none(small_engine, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    command = ["page", "build", "-p", "national-2020", "--engine", str(small_engine)]
    assert run(command) == 0
    assert (tmp_path / "自查.html").is_file()
    assert "下一步" in capsys.readouterr().err
    assert run(command) == 2
    assert "已经存在" in capsys.readouterr().err


def test_an_engine_of_another_version_or_without_a_file_is_refused(small_engine):
    (small_engine / "python_stdlib.zip").unlink()
    with pytest.raises(InputError, match=r"python_stdlib\.zip"):
        engine_folder(small_engine, print)
    (small_engine / "python_stdlib.zip").touch()
    (small_engine / "package.json").write_text('{"name": "pyodide", "version": "0.1"}', "utf-8")
    with pytest.raises(InputError, match=r"pyodide 0\.1"):
        engine_folder(small_engine, print)


def test_without_npm_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr(building.shutil, "which", lambda name: None)
    with pytest.raises(InputError, match=r"npm pack pyodide@.*--engine"):
        engine_folder(None, print)


def test_what_npm_says_is_passed_on(monkeypatch, tmp_path):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho no registry >&2\nexit 1\n", "utf-8")
    npm.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "缓存"))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(InputError, match="no registry"):
        engine_folder(None, print)


def test_every_text_of_the_scripts_is_declared():
    static = Path(building.__file__).parent / "static"
    scripts = "".join(path.read_text("utf-8") for path in sorted(static.glob("*.js")))
    declared = texts_of("selfcheck")["page"]
    assert set(re.findall(r"\btexts\.(\w+)", scripts)) <= set(declared)
    assert not re.search("[\u4e00-\u9fff]", scripts)
