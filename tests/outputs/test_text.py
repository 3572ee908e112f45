"""Reports on the screen."""

import unicodedata

from tests.outputs.samples import EMPTY, REPORT
from xlperf.outputs.report_formats import render
from xlperf.outputs.text_report import lines, outcomes, summary

SUMMARY = "共检查 4 个文件：错误 2，警告 1，提示 1；另有已豁免 1。"


def test_a_finding_is_one_line_and_its_details_are_indented():
    text = render(REPORT, "text").decode()
    assert (
        "received/101001 君山区住建局.xlsx（101001 君山区住建局）\n"
        "  错误 B501 整体支出绩效自评表!H6 执行率：执行率应为 98.49%，填报 98%。\n"
        "       填报：98%\n"
        "       应为：98.49%\n"
        "       依据：自评表填报说明\n"
        "       办法：改为 98.49%。\n"
    ) in text


def test_row_name_unit_and_whole_file():
    text = render(REPORT, "text").decode()
    assert "  警告 S602 项目2 '甲'!B4 合计（道路改造）：合计与各项之和不符。\n" in text
    assert "       应为：1203.45 万元\n" in text
    assert "received/坏.xlsx\n  提示 F101：文件打不开。\n" in text


def test_exempted_ones_are_kept_apart_with_their_reason():
    text = render(REPORT, "text").decode()
    assert text.index("已豁免（不计入问题）") > text.index("S602")
    assert "豁免理由：市局已函复同意" in text


def test_summary_is_the_last_line():
    assert summary(REPORT) == SUMMARY
    assert render(REPORT, "text").decode().endswith(f"\n{SUMMARY}\n")
    assert render(EMPTY, "text").decode() == "共检查 1 个文件：未发现问题。\n"


def test_no_control_characters_reach_the_terminal():
    for line in lines(REPORT):
        assert not [char for char in line if unicodedata.category(char) in ("Cc", "Cs")]


def test_machine_text_fits_a_gbk_console():
    render(REPORT.holding(REPORT.exempted), "text").decode().encode("gbk")


def test_colours_only_when_asked():
    assert "\x1b[" not in "".join(lines(REPORT))
    coloured = "\n".join(lines(REPORT, colour=True))
    assert "\x1b[31m\x1b[1m错误\x1b[0m B501" in coloured
    assert "\x1b[33m\x1b[1m警告\x1b[0m" in coloured


def test_outcome_of_each_file():
    assert list(outcomes(REPORT)) == [
        "received/101001 君山区住建局.xlsx：错误 2，警告 0，提示 0",
        "received/衡阳 项目(1)#2 100%.xlsx：错误 0，警告 1，提示 0",
        "received/坏.xlsx：错误 0，警告 0，提示 1",
        "received/好.xlsx：错误 0，警告 0，提示 0",
    ]
