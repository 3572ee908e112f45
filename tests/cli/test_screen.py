"""Help pages by width, progress, colours."""

import sys
import unicodedata

import pytest

from tests.outputs.samples import EMPTY, RATE
from xlperf.cli import outcome
from xlperf.cli.commands import Formatter, Volume
from xlperf.cli.outcome import Meter


def width(text):
    return sum(1 + (unicodedata.east_asian_width(char) in "WFA") for char in text)


def formatted(write, columns=40):
    formatter = Formatter(width=columns)
    write(formatter)
    return formatter.getvalue()


def test_chinese_paragraphs_fit_the_screen():
    text = formatted(
        lambda page: page.write_text("按台账为每个单位填好一份附件表，台账里的问题逐条列出。" * 3)
    )
    assert max(map(width, text.splitlines())) <= 42  # closing punctuation may hang over
    assert not [line for line in text.splitlines() if line[0] in "，。"]


def test_latin_words_stay_whole():
    text = formatted(
        lambda page: page.write_text("口径的名称见命令 xlperf forms list，例如 hunan-yueyang-2024 等等")
    )
    assert "hunan-yueyang-2024" in text
    assert text.replace("\n", "").replace(" ", "").startswith("口径的名称见命令xlperfformslist")


def test_line_breaks_of_the_author_stay():
    assert formatted(lambda page: page.write_text("\b\n例：\n  xlperf check")) == "例：\n  xlperf check\n"


def test_two_columns_are_aligned():
    rows = [("-o 文件", "写到哪里"), ("--long-option 很长很长的名称", "意思"), ("-q", "安静" * 20)]
    lines = formatted(lambda page: page.write_dl(rows, col_max=14), 50).splitlines()
    assert lines[0] == "-o 文件         写到哪里"
    assert lines[1:3] == ["--long-option 很长很长的名称", f"{'':16}意思"]
    assert all(width(line) <= 50 for line in lines)
    assert lines[4][:16].isspace()
    assert not lines[4][16].isspace()


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(outcome, "monotonic", lambda: now[0])
    return now


def steps(clock, seconds, count=20):
    with Meter("checking") as meter:
        for done in range(1, count + 1):
            clock[0] += seconds
            meter(done, count)


def test_quick_work_is_silent(clock, capsys):
    steps(clock, 0.01)
    assert capsys.readouterr() == ("", "")


def test_a_line_for_each_tenth(clock, capsys):
    steps(clock, 2)
    err = capsys.readouterr().err.splitlines()
    assert err[0] == "检查 2/20（4 秒，约剩 36 秒）"
    assert err[-1] == "检查 20/20（40 秒）"
    assert len(err) == 10


def test_a_second_round_is_shown_like_the_first(clock, capsys):
    """Last year's files, then this year's: each file takes two seconds in both."""
    with Meter("checking") as meter:
        for count in (20, 10):
            for done in range(1, count + 1):
                clock[0] += 2
                meter(done, count)
    err = capsys.readouterr().err.splitlines()
    assert err[9] == "检查 20/20（40 秒）"
    assert err[-1] == "检查 10/10（20 秒）"


@pytest.mark.parametrize("command", ["check", "import", "annotate", "strip", "export", "report", "rollup"])
def test_the_last_line_of_an_interrupted_command_says_how_to_go_on(xlperf, inbox, monkeypatch, command):
    def interrupted(*given, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("xlperf.jobs.runner.Runner.run", interrupted)
    output = {"check": "清单.json", "rollup": "汇总.xlsx"}.get(command, "输出")
    ended = xlperf(command, inbox, "-o", output)
    assert ended.status == 130
    assert ended.err.splitlines()[0] == "已中断。"
    assert "--resume" in ended.err.splitlines()[-1]


def test_quiet(clock, capsys, monkeypatch):
    monkeypatch.setattr(outcome, "volume", lambda: Volume(-1))
    steps(clock, 2)
    assert capsys.readouterr() == ("", "")


def test_nothing_to_do(clock, capsys):
    clock[0] = 0
    with Meter("checking") as meter:
        clock[0] = 5
        meter(0, 0)
    assert capsys.readouterr().err == ""


def test_a_bar_on_a_terminal(clock, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    steps(clock, 2)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "检查 2/20" not in captured.err


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_on_a_terminal_unless_switched_off(xlperf, monkeypatch, no_color, coloured):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr("xlperf.jobs.check.check", lambda *args, **settings: EMPTY.holding([RATE]))
    assert ("\x1b[" in xlperf("check", "收到").out) is coloured
