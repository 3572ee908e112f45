"""``xlperf forms draft``: what is written, reported, not overwritten; the folder used as schemas/."""

import json
import os
import subprocess
import sys

import pytest

from tests.cli.conftest import xlperf  # noqa: F401 - a fixture
from tests.drafting import samples as s
from xlperf.declarations.lint import lint
from xlperf.declarations.profile import load_profile
from xlperf.drafting.extending import extending_keys


@pytest.fixture
def official(tmp_path):
    path = tmp_path / "官方.xlsx"
    book = s.official("hunan-yueyang-2024")
    book.worksheets[0]["A11"] = "3、公务招待"
    book.save(path)
    return path


def test_an_adopted_template_in_a_folder_of_its_own(xlperf, official, tmp_path):  # noqa: F811
    ended = xlperf("forms", "draft", official, "-o", "声明", "--id", "hunan-yueyang-2025")
    assert ended.status == 0, ended.err
    assert "已写出：声明" in ended.out
    assert "基础数据表 A11" in ended.out
    assert "逐格一致" in ended.err
    written = json.loads((tmp_path / "声明/profiles/hunan-yueyang-2025.json").read_text("utf-8"))
    assert written["extends"] == "hunan-yueyang-2024"
    assert written["$comment"].startswith("未能确定：")
    environment = {**os.environ, "XLPERF_SCHEMAS": str(tmp_path / "声明"), "PYTHONUTF8": "1"}
    for words in (["forms", "lint"], ["new", "hunan-yueyang-2025", "-o", str(tmp_path / "空表.xlsx")]):
        command = [sys.executable, "-c", "from xlperf.cli import main; main()", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "空表.xlsx").exists()


def test_what_exists_is_not_overwritten(xlperf, official, tmp_path):  # noqa: F811
    words = ("forms", "draft", official, "-o", "声明", "--id", "a-2025")
    path = tmp_path / "声明/profiles/a-2025.json"
    assert xlperf(*words).status == 0
    path.write_text("{}", "utf-8")
    (tmp_path / "声明/types.json").write_text("{}", "utf-8")
    refused = xlperf(*words)
    assert refused.status == 2
    assert "已经存在" in refused.err
    assert "--force" in refused.err
    assert path.read_text("utf-8") == "{}"
    assert xlperf(*words, "--force").status == 0
    assert json.loads(path.read_text("utf-8"))["id"] == "a-2025"
    assert (tmp_path / "声明/types.json").read_text("utf-8") == "{}"


def test_forms_of_their_own(xlperf, tmp_path):  # noqa: F811
    s.write(tmp_path / "官方.xlsx", s.ELSEWHERE)
    ended = xlperf("forms", "draft", "官方.xlsx", "-o", "声明", "--id", "b-2025")
    assert ended.status == 0, ended.out
    profile = json.loads((tmp_path / "声明/profiles/b-2025.json").read_text("utf-8"))
    for stem in profile["forms"].values():
        assert (tmp_path / f"声明/forms/{stem}.json").exists()
        assert stem.startswith("b-2025-")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--id", "../x"], "口径标识“../x”只能用"),
        (["--extends", "hunan"], "没有口径“hunan”"),
        (["--extends", "national-2020", "--fresh"], "只能写一个"),
    ],
)
def test_what_cannot_be_asked_for(words, said, xlperf, official, tmp_path):  # noqa: F811
    ended = xlperf("forms", "draft", official, "-o", "声明", *words)
    assert ended.status == 2
    assert said in ended.err
    assert not (tmp_path / "声明").exists()


def test_a_profile_named_to_be_extended(xlperf, official, tmp_path):  # noqa: F811
    assert xlperf("forms", "draft", official, "-o", "声明", "--extends", "national-2020").status == 0
    written = json.loads((tmp_path / "声明/profiles/national-2024.json").read_text("utf-8"))
    assert written["extends"] == "national-2020"
    assert written["texts"] == {"预算部门名称": "市级预算部门名称", "专项资金": "市级专项资金"}


def test_a_file_that_is_no_workbook(xlperf, tmp_path):  # noqa: F811
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.4")
    ended = xlperf("forms", "draft", "a.xlsx")
    assert ended.status == 2
    assert "PDF" in ended.err


def test_the_same_forms_in_the_next_year(xlperf, tmp_path, monkeypatch):  # noqa: F811
    ended = xlperf("forms", "next-year", "岳阳楼区", "-o", "声明")
    assert ended.status == 0, ended.err
    assert "截止日期（线上报送、公开）没有带过来" in ended.out
    assert ended.err.endswith("运行 xlperf forms lint hunan-yueyanglou-2025。\n")
    monkeypatch.setenv("XLPERF_SCHEMAS", str(tmp_path / "声明"))
    assert lint() == []
    made, before = (load_profile.__wrapped__(f"hunan-yueyanglou-{year}") for year in (2025, 2024))
    assert (made.name, made.year) == ("湖南省岳阳市岳阳楼区 2025 年度", 2025)
    assert made.forms["整体"].title == before.forms["整体"].title.replace("2024", "2025")
    assert (made.rules, made.indicators, made.parameters) == (
        before.rules,
        before.indicators,
        before.parameters,
    )
    assert before.grading["dates"]
    assert made.grading == {**before.grading, "dates": {}}
    refused = xlperf("forms", "next-year", "岳阳楼区", "-o", "声明")
    assert (refused.status, "--force" in refused.err) == (2, True)
    assert xlperf("forms", "next-year", "岳阳市 2024", "-o", "声明", "--year", 2027).status == 0
    assert load_profile.__wrapped__("hunan-yueyang-2027").year == 2027


def test_a_draft_of_another_year_has_no_dates_of_the_year_before(tmp_path):
    base = load_profile("hunan-yueyanglou-2024")
    assert extending_keys(base, 2025, "通知")["grading"] == {"dates": {"线上报送": None, "公开": None}}
    assert "grading" not in extending_keys(base, 2024, "通知")
    assert "grading" not in extending_keys(load_profile("hunan-yueyang-2024"), 2025, "通知")
