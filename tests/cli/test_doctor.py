"""xlperf doctor on this machine, and the add-in's commands where there is no Windows."""

import json

import pytest

from xlperf.excel.doctor.examination import Result, Standing


def test_off_windows_the_rest_really_runs(xlperf):
    ended = xlperf("doctor")
    assert ended.status == 0
    assert "[正常] Python：" in ended.out
    assert "[正常] 表样和规则的声明：" in ended.out
    assert "[跳过] Microsoft Excel：不适用（只在 Windows 上查）" in ended.out
    assert "没有需要处理的" in ended.out.splitlines()[-1]
    ended.out.encode("gbk")


def test_json(xlperf):
    ended = xlperf("doctor", "--format", "json")
    content = json.loads(ended.out)
    assert content["ok"]
    assert {result["state"] for result in content["results"]} >= {"well", "skipped"}
    assert all(result["title"] and result["found"] for result in content["results"])


def test_something_to_cure(xlperf, monkeypatch):
    ill = [
        Result("fonts", "中文字体", Standing.NOTE, "没有找到"),
        Result("dll", "xlwings 的 DLL", Standing.ACTION, "没有", "重装。"),
    ]
    monkeypatch.setattr("xlperf.excel.doctor.examination.examine", lambda: ill)
    ended = xlperf("doctor")
    assert ended.status == 1
    assert ended.out.splitlines() == [
        "[提示] 中文字体：没有找到",
        "[需处理] xlwings 的 DLL：没有",
        "    怎么办：重装。",
        "查了 2 项，1 项需要处理；0 项不适用。",
    ]


def test_a_folder_for_temporary_files_that_is_gone(xlperf, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "不在"))
    ended = xlperf("doctor")
    assert ended.status == 1
    assert "[需处理] 临时文件夹：不能写" in ended.out


@pytest.mark.parametrize("words", [("install",), ("status",), ("remove", "--venv")])
def test_off_windows_the_addin_says_what_it_does_not_do(xlperf, words):
    ended = xlperf("addin", *words)
    assert ended.status == 2
    assert "Excel 加载项只能装在 Windows 上" in ended.err
    assert "没有作任何改动" in ended.err
