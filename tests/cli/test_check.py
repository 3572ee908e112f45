"""xlperf check: where the list goes, what it holds, how the run ends."""

import json
from dataclasses import replace
from time import perf_counter
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from tests.outputs.samples import BROKEN, EMPTY, RATE, REPORT, SUM
from xlperf.cli import run
from xlperf.declarations.findings import Link, fold
from xlperf.jobs.run_options import RunOptions
from xlperf.ooxml.limits import Limits
from xlperf.outputs.text_report import summary

SUMMARY = "共检查 4 个文件，用时 12.3 秒："


@pytest.fixture
def engine(monkeypatch):
    """The check engine replaced by found that returns ``result["report"]`` and keeps its arguments."""
    result = {"report": REPORT.holding(REPORT.findings), "calls": []}

    def check(paths, profile=None, **settings):
        options = settings.pop("options")
        options.progress(1, 1)
        settings["options"] = replace(options, progress=None)
        result["calls"].append((list(map(str, paths)), profile, settings))
        return result["report"]

    monkeypatch.setattr("xlperf.jobs.check.check", check)
    monkeypatch.setattr("xlperf.cli.check_command.elapsed", lambda: result["report"].seconds)
    return result


def test_text_on_the_screen(xlperf, engine):
    ended = xlperf("check", "收到")
    assert ended.status == 1
    assert ended.err.startswith("下一步：自己填的改好再查，收到的退回修改：xlperf annotate 收到 -o 批注稿")
    assert "xlperf explain B501" in ended.err
    assert ended.out.startswith("received/101001 君山区住建局.xlsx（101001 君山区住建局）\n  错误 B501 ")
    assert ended.out.splitlines()[-1].startswith(SUMMARY)


def test_arguments_reach_the_engine(xlperf, engine):
    words = ("-p", "hunan-yueyang-2024", "--ledger", "台账.xlsx", "--workers", 3, "--password", "密码")
    xlperf("check", "甲", "乙", *words)
    options = RunOptions(3, limits=Limits(passwords=("密码",)))
    settings = {"ledger": "台账.xlsx", "last_year": [], "options": options}
    assert engine["calls"] == [(["甲", "乙"], "hunan-yueyang-2024", settings)]


def test_patterns_are_written_out(xlperf, engine, tmp_path):
    for name in ("b.xlsx", "a.xlsx", "[1].xlsx"):
        (tmp_path / name).touch()
    xlperf("check", "*.xlsx", "[1].xlsx", "没有*.xlsx")
    assert engine["calls"][0][0] == ["[1].xlsx", "a.xlsx", "b.xlsx", "[1].xlsx", "没有*.xlsx"]


@pytest.mark.parametrize("name", ["json", "html", "sarif", "junit"])
def test_other_formats_on_the_screen(xlperf, engine, name):
    ended = xlperf("check", "收到", "--format", name)
    start = {"json": "{", "sarif": "{", "html": "<!DOCTYPE html>", "junit": "<?xml"}[name]
    assert ended.out.startswith(start)
    assert ended.err == ""


def test_list_in_a_file(xlperf, engine, tmp_path):
    ended = xlperf("check", "收到", "-o", "结果/问题清单.xlsx")
    assert (ended.status, ended.out) == (1, "")
    *said, following = ended.err.splitlines()
    assert said == [summary(engine["report"], took=True), "问题清单：结果/问题清单.xlsx"]
    assert following.startswith("下一步：")
    assert openpyxl.load_workbook(tmp_path / "结果" / "问题清单.xlsx").sheetnames[:2] == ["汇总", "问题清单"]


def test_several_files_by_suffix(xlperf, engine, tmp_path):
    xlperf("check", "收到", "-o", "a.json", "-o", "b.xml", "-o", "c.txt", "-o", "d.html")
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["version"] == "0.1.0"
    assert ET.parse(tmp_path / "b.xml").getroot().tag == "testsuites"
    assert "B501" in (tmp_path / "c.txt").read_text("utf-8")
    assert (tmp_path / "d.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_format_and_suffix_together(xlperf, engine, tmp_path):
    assert xlperf("check", "收到", "-o", "a.json", "--format", "sarif").out == ""
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["version"] == "2.1.0"
    assert xlperf("check", "收到", "-o", "b", "--format", "json").out == ""
    assert json.loads((tmp_path / "b").read_text("utf-8"))["version"] == "0.1.0"
    ended = xlperf("check", "收到", "-o", "清单.xlsx", "--format", "json")
    assert json.loads(ended.out)["summary"]["files"] == 4
    assert openpyxl.load_workbook(tmp_path / "清单.xlsx")
    ended = xlperf("check", "收到", "-o", "清单.xlsx", "--format", "text")
    assert ended.out.splitlines()[-1].startswith(SUMMARY)


@pytest.mark.parametrize("name", ["a.pdf", "a"])
def test_unknown_suffix_stops_before_the_work(xlperf, engine, name):
    ended = xlperf("check", "收到", "-o", name)
    assert (ended.status, engine["calls"]) == (2, [])
    assert "看不出报告格式" in ended.err


def test_wrong_codes_and_exemptions_stop_before_the_work(xlperf, engine):
    assert "没有以“K”开头的问题代码" in xlperf("check", "收到", "--select", "K").err
    assert "找不到豁免文件“无.json”" in xlperf("check", "收到", "--exempt", "无.json").err
    assert engine["calls"] == []


def test_unwritable_place_stops_before_the_work(xlperf, engine, tmp_path):
    (tmp_path / "file").touch()
    ended = xlperf("check", "收到", "-o", "file/清单.xlsx")
    assert (ended.status, engine["calls"]) == (2, [])
    assert ended.err.startswith("错误：无法写入“file”：路径中有一段不是文件夹")


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["--select", "B5,S6"], ["B501", "S602"]),
        (["--select", "B5", "--select", "F"], ["B501", "F101"]),
        (["--ignore", "F,S,C"], ["B501"]),
        (["--select", "W"], []),
    ],
)
def test_selection(xlperf, engine, words, codes):
    content = json.loads(xlperf("check", "收到", "--format", "json", *words).out)
    assert [found["code"] for found in content["findings"]] == codes
    assert content["summary"]["errors"] == sum(code in ("B501", "C301") for code in codes)


@pytest.mark.parametrize(
    ("findings", "level", "status"),
    [
        ([RATE, SUM, BROKEN], "错误", 1),
        ([SUM, BROKEN], "错误", 0),
        ([SUM, BROKEN], "error", 0),
        ([SUM, BROKEN], "警告", 1),
        ([SUM, BROKEN], "WARNING", 1),
        ([BROKEN], "警告", 0),
        ([BROKEN], "提示", 1),
        ([BROKEN], "note", 1),
        ([RATE, SUM, BROKEN], "从不", 0),
        ([RATE, SUM, BROKEN], "never", 0),
        ([], "提示", 0),
    ],
)
def test_fail_on(xlperf, engine, findings, level, status):
    engine["report"] = EMPTY.holding(findings)
    assert xlperf("check", "收到", "--fail-on", level).status == status


def test_start_up_counts(inbox, capsys, monkeypatch):
    monkeypatch.chdir(inbox)
    run(["check", "好.xlsx"], perf_counter() - 100)
    assert "用时 10" in capsys.readouterr().out


def test_clean_run(xlperf, engine):
    engine["report"] = EMPTY
    ended = xlperf("check", "收到")
    assert (ended.status, ended.out) == (0, "共检查 1 个文件，用时 0.2 秒：未发现问题。\n")
    assert ended.err.startswith("下一步：运行 xlperf strip 收到")


def test_exemptions_are_counted_apart(xlperf, engine, tmp_path):
    entries = [
        {"code": "B501", "unit": "*", "reason": "市局已函复同意", "until": "2099-12-31"},
        {"code": "S602", "unit": "*", "reason": "旧", "until": "2020-12-31"},
    ]
    (tmp_path / "豁免.json").write_text(json.dumps(entries), "utf-8")
    ended = xlperf("check", "收到", "--exempt", "豁免.json", "--format", "json", "--ignore", "C,E902")
    content = json.loads(ended.out)
    assert ended.status == 0
    assert [found["code"] for found in content["exempted"]] == ["B501"]
    assert [found["code"] for found in content["findings"]] == ["S602", "E901", "F101"]
    assert content["summary"] == {
        "files": 4,
        "errors": 0,
        "warnings": 2,
        "notes": 1,
        "folded": 0,
        "exempted": 1,
    }


TREE = fold(RATE, [replace(SUM, code="B515"), replace(SUM, code="B517")], Link.CONSEQUENCE)


def test_what_follows_is_below_its_cause_or_on_its_own(xlperf, engine, tmp_path):
    engine["report"] = EMPTY.holding([TREE])
    ended = xlperf("check", "收到")
    assert "错误 1，警告 0，提示 0（另有 2 处" in ended.out
    ended = xlperf("check", "收到", "--all", "-o", "a.json")
    assert "错误 1，警告 2，提示 0" in ended.err
    content = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert [found.get("cause", {}).get("link") for found in content["findings"]] == [
        None,
        *["consequence"] * 2,
    ]


def test_an_exempted_cause_leaves_its_consequences(xlperf, engine, tmp_path):
    engine["report"] = EMPTY.holding([TREE])
    entry = {"code": "B501", "unit": "*", "reason": "市局已函复同意", "until": "2099-12-31"}
    (tmp_path / "豁免.json").write_text(json.dumps([entry]), "utf-8")
    for options in (("--exempt", "豁免.json"), ("--ignore", "B501")):
        content = json.loads(xlperf("check", "收到", *options, "--format", "json").out)
        assert [found["code"] for found in content["findings"]] == ["B515", "B517"]
        assert content["summary"]["warnings"] == 2
    entry["code"] = "B515"
    (tmp_path / "豁免.json").write_text(json.dumps([entry]), "utf-8")
    content = json.loads(xlperf("check", "收到", "--exempt", "豁免.json", "--format", "json").out)
    assert [found["code"] for found in content["findings"]] == ["B501", "B517"]
    assert [found["code"] for found in content["exempted"]] == ["B515"]


def test_quiet_and_verbose(xlperf, engine):
    assert xlperf("check", "收到", "-q", "-o", "a.txt").err == ""
    assert xlperf("-q", "check", "收到", "-o", "a.txt").err == ""
    assert "received/好.xlsx：错误 0，警告 0，提示 0\n" in xlperf("check", "收到", "-v").err


def test_real_engine_on_a_blank_workbook(xlperf, tmp_path):
    assert xlperf("new", "hunan-yueyang-2024", "-o", "空白.xlsx").status == 0
    before = (tmp_path / "空白.xlsx").read_bytes()
    ended = xlperf("check", "空白.xlsx", "--workers", 1)
    assert ended.status == 1
    assert "空白.xlsx" in ended.out
    assert (tmp_path / "空白.xlsx").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["没有.xlsx"], "没有.xlsx"),
        (["空"], "空"),
        ([".", "-p", "nix"], "没有口径“nix”"),
    ],
)
def test_real_engine_on_bad_input(xlperf, tmp_path, words, sentence):
    (tmp_path / "空").mkdir()
    ended = xlperf("check", *words, "-o", "清单.xlsx")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("错误：")
    assert sentence in ended.err
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "清单.xlsx").exists()


# --baseline


def test_rounds(xlperf, engine, tmp_path):
    engine["report"] = EMPTY.holding([RATE, SUM])
    assert xlperf("check", "收到", "-o", "上次.json").status == 1
    engine["report"] = REPORT.holding([RATE])
    ended = xlperf("check", "收到", "--baseline", "上次.json")
    assert ended.status == 1
    assert "  错误 仍未改 B501 " in ended.out
    assert ended.out.endswith("与 上次.json 相比：新问题 0，仍未改 1，已改正 1，未复查 0。\n")


@pytest.mark.parametrize(("now", "status"), [([RATE], 1), ([SUM], 0), ([], 0)])
def test_only_what_is_there_now_fails_a_run(xlperf, engine, now, status):
    engine["report"] = EMPTY.holding([RATE])
    xlperf("check", "收到", "-o", "上次.json")
    engine["report"] = REPORT.holding(now)
    assert xlperf("check", "收到", "--baseline", "上次.json").status == status


def test_findings_that_are_not_asked_for_are_not_called_fixed(xlperf, engine):
    engine["report"] = REPORT.holding([RATE, SUM])
    xlperf("check", "收到", "-o", "上次.json")
    content = json.loads(
        xlperf("check", "收到", "--baseline", "上次.json", "--select", "B", "--format", "json").out
    )
    assert content["baseline"] == {"file": "上次.json", "new": 0, "open": 1, "fixed": 0, "unchecked": 0}


def test_a_wrong_baseline_stops_before_the_work(xlperf, engine):
    ended = xlperf("check", "收到", "--baseline", "无.json")
    assert (ended.status, engine["calls"]) == (2, [])
    assert ended.err == "错误：找不到上次的结果“无.json”。\n"


def test_a_result_of_another_version_is_reported(xlperf, engine):
    engine["report"] = REPORT.holding([RATE])
    xlperf("check", "收到", "-o", "上次.json")
    engine["report"] = replace(engine["report"], version="0.2.0")
    assert "上次.json 是 xlperf 0.1.0 的结果" in xlperf("check", "收到", "--baseline", "上次.json").err
