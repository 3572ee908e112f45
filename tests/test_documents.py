"""README and CONTRIBUTING say what is there; the examples for those who keep declarations or program work."""

import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import xlperf
from tests.received import good as g
from xlperf.cli import COMMANDS
from xlperf.core.paths import schemas_dir
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.jobs.demo.units import write_demo_ledger

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
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


def test_contributing_can_be_followed():
    blocks = re.findall(r"^    (\S.*?)(?:  #.*)?$", CONTRIBUTING, re.MULTILINE)
    lines = [line.strip() for line in blocks] + re.findall(
        r"`((?:make|python|xlperf) [^`]+|docs/images/make\.sh)`", CONTRIBUTING
    )
    asked = {line.split()[0] for line in lines}
    assert asked == {"make", ".venv/bin/pytest", "python", "xlperf", "docs/images/make.sh"}
    for words in (line.split() for line in lines):
        if words[0] == "make":
            subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, check=True, capture_output=True)
        elif words[0] == "python":
            assert find_spec(words[2]), words
        elif words[0] == "xlperf":
            command = [sys.executable, "-m", "xlperf", *words[1:], "--help"]
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def test_the_files_that_contributing_names_are_there():
    named = re.findall(r"`((?:xlperf|tests|docs|schemas|workbooks|macros)/[^`*{}]*)`", CONTRIBUTING)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_example_in_python_works(tmp_path, monkeypatch, capsys):
    (text,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/架构.md").read_text("utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    write_demo_ledger(Path("台账.xlsx"), g.PROFILE, units=2)
    Path("收到的表").mkdir()
    Path("收到的表", "错.xlsx").write_bytes(
        g.edited({g.OVERALL: g.number(g.address("整体", "指标_得分", 2), 99)})
    )
    exec(compile(text, "架构.md", "exec"), {})
    assert len(list(Path("附件表").glob("*.xlsx"))) == 2
    assert capsys.readouterr().out.startswith("错误 整体支出绩效自评表 ")


def test_the_library_face_is_exactly_what_it_names():
    assert set(xlperf.__all__) == {"__version__", *xlperf._HOMES}
    assert all(getattr(xlperf, name) for name in xlperf.__all__)
