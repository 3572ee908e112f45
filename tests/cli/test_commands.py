"""new, fill, explain, forms, demo: what they print and write."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from tests.ledgers.samples import right_tables, write_xlsx
from tests.outputs.samples import RATE, SUM
from xlperf.core import paths
from xlperf.core.paths import schemas_dir, workbooks_dir
from xlperf.declarations.lint import common_files, files_in_folders, lint
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.jobs.fill import FillResult
from xlperf.jobs.journal import Keeping

PROFILE = "hunan-yueyang-2024"


def test_new(xlperf, tmp_path):
    ended = xlperf("new", PROFILE)
    assert (ended.status, ended.out) == (0, "")
    said, following = ended.err.splitlines()
    assert said == f"已写好空白附件表：{PROFILE}.xlsx"
    assert following.startswith(f"下一步：填好以后运行 xlperf check {PROFILE}.xlsx")
    assert openpyxl.load_workbook(tmp_path / f"{PROFILE}.xlsx").sheetnames
    assert xlperf("-q", "new", PROFILE, "-o", "甲.xlsx").err == ""


def test_new_plain_and_with_several_project_sheets(xlperf, tmp_path):
    assert xlperf("new", PROFILE, "-o", "甲.xlsx", "--projects", 3).status == 0
    assert xlperf("new", PROFILE, "-o", "乙.xlsx", "--plain").status == 0
    titles = [openpyxl.load_workbook(tmp_path / name).sheetnames for name in ("甲.xlsx", "乙.xlsx")]
    projects = [f"项目支出绩效自评表{number}" for number in (1, 2, 3)]
    assert titles[0][2:] == [*projects, "目录", "计分", "校验"]
    assert titles[1][2:] == projects[:1]


def test_new_ledger(xlperf, tmp_path):
    said, following = xlperf("new", PROFILE, "--ledger").err.splitlines()
    assert said == f"已写好台账模板：{PROFILE}-台账.xlsx"
    assert f"xlperf fill {PROFILE}-台账.xlsx -o " in following
    sheets = openpyxl.load_workbook(tmp_path / f"{PROFILE}-台账.xlsx").sheetnames
    assert {"单位", "支出", "项目", "指标", "专项资金"} <= set(sheets)


def test_new_overwrites_only_when_forced(xlperf, tmp_path):
    path = tmp_path / "甲.xlsx"
    path.write_bytes(b"mine")
    ended = xlperf("new", PROFILE, "-o", "甲.xlsx")
    assert (ended.status, path.read_bytes()) == (2, b"mine")
    assert ended.err == "错误：文件“甲.xlsx”已经存在；要覆盖它请加 --force。\n"
    assert xlperf("new", PROFILE, "-o", "甲.xlsx", "--force").status == 0
    assert path.read_bytes() != b"mine"


def test_new_with_an_unknown_profile(xlperf, tmp_path):
    ended = xlperf("new", "hunan")
    assert ended.status == 2
    assert all(name in ended.err for name in profile_ids())
    assert not list(tmp_path.iterdir())


@pytest.fixture
def filling(monkeypatch):
    """batch.fill replaced by one that returns ``result`` and keeps its arguments."""
    kept = {"findings": [], "calls": []}

    def fill(*args, **settings):
        settings["options"].progress(1, 1)
        kept["calls"].append((args, settings))
        return FillResult([Path("出/101001.xlsx")], kept["findings"], 1.25, [])

    monkeypatch.setattr("xlperf.jobs.fill.fill", fill)
    return kept


def test_fill(xlperf, filling):
    ended = xlperf("fill", "台账.xlsx", "-p", PROFILE, "-o", "出", "--workers", 2, "--force")
    settings = {"working": False, "functions": False, "force": True, "last_year": [], "mapping": None}
    ((arguments, given),) = filling["calls"]
    assert callable(given.pop("report"))
    options = given.pop("options")
    assert (options.workers, options.keeping) == (2, Keeping(Path("出"), job="fill"))
    assert (arguments, given) == (("台账.xlsx", PROFILE, Path("出")), settings)
    assert (ended.status, ended.out) == (0, "")
    assert re.match("已填好 1 份附件表，用时 [0-9.]+ 秒：出\n下一步：运行 xlperf check 出 ", ended.err)
    assert "出/101001.xlsx\n" in xlperf("fill", "台账.xlsx", "-p", PROFILE, "-o", "出", "-v").err


def test_fill_lists_what_is_wrong_with_the_ledger(xlperf, filling):
    filling["findings"] = [SUM, RATE]
    ended = xlperf("fill", "台账.xlsx", "-p", PROFILE, "-o", "出")
    assert ended.status == 1
    assert ended.out.index("错误 B501") < ended.out.index("警告 S602")
    filling["findings"] = [SUM]
    assert xlperf("fill", "台账.xlsx", "-p", PROFILE, "-o", "出").status == 0
    assert xlperf("fill", "台账.xlsx", "-p", PROFILE, "-o", "出", "--fail-on", "警告").status == 1


def test_fill_and_check_for_real(xlperf, tmp_path):
    ledger = workbooks_dir() / "演示台账-衡阳.xlsx"
    words = ("fill", ledger, "-p", "hunan-hengyang-2023", "-o", "出", "--workers", 1)
    ended = xlperf(*words)
    assert "已填好 21 份附件表" in ended.err
    assert len(list((tmp_path / "出").glob("*.xlsx"))) == 21
    again = xlperf(*words)
    assert (again.status, again.err.count("\n")) == (2, 1)
    assert "--force" in again.err
    content = json.loads(xlperf("check", "出", "--ledger", ledger, "--workers", 1, "--format", "json").out)
    assert content["summary"]["files"] == 21


def test_a_ledger_that_names_its_profile_needs_no_option(xlperf, tmp_path):
    ledger = workbooks_dir() / "演示台账-衡阳.xlsx"
    assert "已填好 21 份附件表" in xlperf("fill", ledger, "-o", "出", "--workers", 1).err
    unnamed = write_xlsx(right_tables(), tmp_path / "台账.xlsx")
    ended = xlperf("fill", unnamed, "-o", "另")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("错误：台账没有写明口径，请用 -p 写明。可用的口径：hunan-")
    assert not (tmp_path / "另").exists()


@pytest.mark.parametrize(
    ("ledger", "sentence"), [("没有.xlsx", "没有.xlsx"), ("坏.xlsx", "坏.xlsx"), ("空", "空")]
)
def test_fill_from_what_is_no_ledger(xlperf, tmp_path, ledger, sentence):
    (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
    (tmp_path / "空").mkdir()
    ended = xlperf("fill", ledger, "-p", PROFILE, "-o", "出")
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert ended.err.startswith("错误：")
    assert sentence in ended.err
    assert not (tmp_path / "出").exists()


def test_explain(xlperf):
    ended = xlperf("explain", "b501", "F101")
    assert ended.status == 0
    assert ended.out.startswith("B501 控制率与分子分母不符\n严重程度：错误\n")
    assert "\n\nF101 " in ended.out


def test_explain_unknown_code(xlperf):
    ended = xlperf("explain", "B501", "Q1")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == "错误：没有问题代码“Q1”。\n"


def test_forms_list(xlperf):
    out = xlperf("forms", "list").out
    assert [line.split()[0] for line in out.splitlines()] == profile_ids()


def test_forms_show_profile(xlperf):
    out = xlperf("forms", "show", PROFILE).out
    profile = load_profile(PROFILE)
    for form in profile.forms.values():
        assert f"{form.attachment} {form.title}" in out
    for name, value in profile.parameters.items():
        assert f"  {name} = {value}\n" in out
    assert "继承：hunan-yueyang-2024 ← national-2020" in out


def test_forms_show_form(xlperf):
    form = load_profile(PROFILE).forms["整体"]
    for name in ("整体", form.id, form.title):
        out = xlperf("forms", "show", PROFILE, name).out
        for field in form.fields.values():
            assert f"\n  {field.id}  " in out
        for table in form.tables.values():
            assert f"\n明细表 {table.id}" in out
    ended = xlperf("forms", "show", PROFILE, "无")
    assert (ended.status, ended.err) == (2, f"错误：口径“{PROFILE}”没有表“无”，可用：基础、整体、项目。\n")


def test_forms_lint(xlperf, tmp_path):
    ended = xlperf("forms", "lint")
    assert (ended.status, ended.out) == (
        0,
        "".join(f"{name}：正确\n" for name in (*common_files(), *files_in_folders(), *profile_ids())),
    )
    assert xlperf("forms", "lint", schemas_dir() / "profiles" / f"{PROFILE}.json").status == 0
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "错.json").write_text('{"id": 1}', "utf-8")
    ended = xlperf("forms", "lint", folder / "错.json", PROFILE)
    assert ended.status == 1
    assert "错.json：错误：" in ended.out
    assert ended.out.endswith(f"{PROFILE}：正确\n")
    assert xlperf("forms", "lint", "没有.json").err == "错误：找不到声明文件“没有.json”。\n"


def test_forms_lint_finds_a_ledger_column_that_feeds_no_field(xlperf, tmp_path, monkeypatch):
    shutil.copytree(schemas_dir(), tmp_path / "声明")
    ledger = tmp_path / "声明" / "ledger.json"
    ledger.write_text(ledger.read_text("utf-8").replace("基础!编制数", "基础!编制"), "utf-8")
    monkeypatch.setenv("XLPERF_SCHEMAS", str(tmp_path / "声明"))
    ended = xlperf("forms", "lint", "ledger.json")
    assert ended.status == 1
    assert "sheets/单位/columns/编制数：没有一个口径有这一列" in ended.out


@pytest.mark.parametrize("words", [["forms", "lint"], ["forms", "list"]])
def test_declarations_that_are_not_there(xlperf, tmp_path, monkeypatch, words):
    monkeypatch.setenv("XLPERF_SCHEMAS", "没有")
    ended = xlperf(*words)
    assert (ended.status, ended.out) == (2, "")
    assert f"XLPERF_SCHEMAS 指定的“没有”（即“{paths._STARTED_IN / '没有'}”）不是文件夹" in ended.err


def test_no_command_stumbles_over_declarations_that_are_not_there(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "xlperf", "forms", "list"],
        cwd=tmp_path,
        env={**os.environ, "XLPERF_SCHEMAS": "没有", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("错误：环境变量 XLPERF_SCHEMAS 指定的“没有”")
    assert "Traceback" not in done.stderr


def test_declarations_of_ones_own_count_from_where_the_process_was_started(tmp_path):
    shutil.copytree(schemas_dir(), tmp_path / "声明")
    (tmp_path / "声明" / "profiles" / "hunan-changning-2023.json").unlink()
    (tmp_path / "别处").mkdir()
    program = (
        "import os, xlperf.core.paths; os.chdir('别处'); from xlperf.declarations.profile import profile_ids;"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{program} print(len(profile_ids()))"],
        cwd=tmp_path,
        env={**os.environ, "XLPERF_SCHEMAS": "声明", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) == len(profile_ids()) - 1


@pytest.mark.parametrize("weight", [45, 55])
def test_weights_that_do_not_add_up(xlperf, tmp_path, monkeypatch, weight):
    own, name = tmp_path / "声明", f"some-{weight}"
    shutil.copytree(schemas_dir(), own)
    monkeypatch.setenv("XLPERF_SCHEMAS", str(own))
    levels = [{"level1": "产出指标", "weight": weight, "level2": ["数量指标"]}]
    levels += [{"level1": "效益指标", "weight": 40, "level2": ["社会效益指标"]}]
    base = {"extends": PROFILE, "name": "某县", "place": "某县", "year": 2025, "sources": ["通知"]}
    content = {"id": name, **base, "indicators": {"整体": levels}}
    (own / "profiles" / f"{name}.json").write_text(json.dumps(content), "utf-8")
    for given in (name, own / "profiles" / f"{name}.json"):
        ended = xlperf("forms", "lint", given)
        assert ended.status == 1
        assert f"合计 {weight + 50} 分，应为 100 分" in ended.out
    assert [error.place for error in lint()] == [f"profiles/{name}.json：indicators/整体"]


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("岳阳市", PROFILE),
        ("湖南省岳阳市", PROFILE),
        ("岳阳市 2024", PROFILE),
        ("岳阳楼区", "hunan-yueyanglou-2024"),
        ("湖南省衡阳市 2023 年度", "hunan-hengyang-2023"),
        ("全国", "national-2020"),
    ],
)
def test_a_profile_by_its_name_or_place(xlperf, name, profile):
    assert xlperf("forms", "show", name).out.startswith(f"{profile}  ")
    assert load_profile(name) is load_profile(profile)


def test_a_name_that_fits_several_profiles(xlperf):
    ended = xlperf("new", "岳阳")
    assert ended.status == 2
    assert f"“岳阳”可以是几个口径：{PROFILE}（湖南省岳阳市 2024 年度）、hunan-yueyanglou-2024" in ended.err
    assert "没有口径“ ”" in xlperf("new", " ").err


@pytest.mark.parametrize("command", ["check", "strip", "import", "annotate"])
@pytest.mark.parametrize("given", ["", " "])
def test_an_empty_path_is_a_usage_error(xlperf, command, given):
    ended = xlperf(command, given, "-o", "出" if command != "check" else "出.json")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("错误：文件或文件夹…：不能是空的；要检查当前文件夹请写“.”。")


@pytest.mark.parametrize(
    ("given", "meant"), [("hunan-yueyang-2023", PROFILE), ("HUNAN-YUEYANG-2024", PROFILE), ("hengyang", "")]
)
def test_a_near_profile_is_suggested(xlperf, given, meant):
    ended = xlperf("new", given)
    assert ended.status == 2
    assert (f"是不是 {meant}？" in ended.err) is bool(meant)


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("", "不能是空的"),
        ("a.docx", "应当以 .xlsx 结尾"),
        ("无后缀", "应当以 .xlsx 结尾"),
        ("长" * 300 + ".xlsx", "过长"),
    ],
)
def test_new_to_a_name_that_cannot_be(xlperf, tmp_path, output, why):
    ended = xlperf("new", PROFILE, "-o", output)
    assert ended.status == 2
    assert why in ended.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("output", "why"), [("", "不能是空的"), ("长" * 300, "过长")])
def test_fill_to_a_name_that_cannot_be(xlperf, tmp_path, output, why):
    ledger = write_xlsx(right_tables(), tmp_path / "台账.xlsx")
    ended = xlperf("fill", ledger, "-p", PROFILE, "-o", output)
    assert ended.status == 2
    assert why in ended.err
    assert list(tmp_path.iterdir()) == [ledger]


@dataclass
class Shown:
    summary: str


def test_demo(xlperf, monkeypatch):
    calls = []

    def run(folder, units, progress):
        calls.append((folder, units))
        progress(units, units)
        return Shown("问题清单：xlperf-demo/问题清单.xlsx")

    monkeypatch.setattr("xlperf.jobs.demo.run.run", run)
    assert xlperf("demo").out == "问题清单：xlperf-demo/问题清单.xlsx\n"
    xlperf("demo", "-o", "出", "--units", 12)
    assert calls == [(Path("xlperf-demo"), 300), (Path("出"), 12)]
