"""README says what is there, and the examples of the page for those who keep declarations work."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import xlperf
from xlperf.cli import COMMANDS
from xlperf.core.paths import schemas_dir
from xlperf.declarations.profile import load_profile, profile_ids

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DECLARING = (ROOT / "docs/信息员.md").read_text("utf-8")


def json_examples() -> list[str]:
    return re.findall(r"```json\n(.*?)```", DECLARING, re.DOTALL)


@pytest.fixture
def own_schemas(tmp_path, monkeypatch) -> Path:
    root = tmp_path / "schemas"
    shutil.copytree(schemas_dir(), root)
    monkeypatch.setenv("XLPERF_SCHEMAS", str(root))
    return root


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_readme_shows_every_command(command):
    assert f"xlperf {command}" in README


@pytest.mark.parametrize("profile", profile_ids())
def test_the_guide_lists_every_profile(profile):
    assert f"`{profile}`" in (ROOT / "docs/口径.md").read_text("utf-8")


def test_the_ten_lines_of_a_profile_work(own_schemas):
    text = json_examples()[0]
    assert len(text.splitlines()) <= 12
    example = json.loads(text)
    (own_schemas / "profiles" / f"{example['id']}.json").write_text(text, "utf-8")
    profile = load_profile.__wrapped__(example["id"])
    assert profile.forms["整体"].fields["单位名称"].label == "县级预算部门名称"
    assert profile.parameters["逆向指标算法"] == "反比"


def test_the_steps_to_a_rule_work_to_the_letter(own_schemas):
    steps = DECLARING.partition("、加一条规则\n")[2].partition("\n## ")[0]
    files = re.findall(r"存为 `schemas/([^`]+)`.*?```json\n(.*?)```", steps, re.DOTALL)
    assert [name for name, _ in files] == ["rules/somecounty.json", "profiles/hunan-somecounty-2025.json"]
    for name, text in files:
        assert not (own_schemas / name).exists()
        (own_schemas / name).write_text(text, "utf-8")
    commands = re.findall(r"`xlperf ([^`]+)`", steps)
    assert commands == ["forms lint hunan-somecounty-2025", "explain B599 --formulas"]
    for words in commands:
        command = [sys.executable, "-m", "xlperf", *words.split()]
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "公务接待预算超上年决算一倍" in done.stdout
    assert {"B501", "B599"} <= load_profile.__wrapped__("hunan-somecounty-2025").rules.keys()


def test_the_library_face_is_exactly_what_it_names():
    assert set(xlperf.__all__) == {"__version__", *xlperf._HOMES}
    assert all(getattr(xlperf, name) for name in xlperf.__all__)
