"""Exit statuses, errors in name sentence, help in Chinese."""

import errno
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from xlperf import cli
from xlperf.cli.commands import Command
from xlperf.core.errors import InputError

COMMANDS = ["new", "fill", "check", "explain", "forms", "demo"]
ENGLISH = re.compile(r"\b(Usage|Options|Commands|Show|Error|Try|Missing|Invalid|required|default)\b")


def outcome(monkeypatch, error):
    """Make ``xlperf explain`` end with ``error``."""

    @click.command(cls=Command)
    @click.argument("codes", nargs=-1)
    def explain(codes):
        raise error

    monkeypatch.setattr("xlperf.cli.declared_commands.explain", explain)


def test_version(xlperf):
    ended = xlperf("--version")
    assert (ended.status, ended.out) == (0, f"xlperf {version('xlperf')}\n")


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_overview_names_every_command(xlperf, words):
    ended = xlperf(*words)
    assert ended.status == 0
    assert ended.out.startswith("用法：xlperf [选项] 命令 …\n")
    for command in COMMANDS:
        assert re.search(rf"^  {command} +\S.*。$", ended.out, re.MULTILINE)


@pytest.mark.parametrize(
    "words", [[], *([name] for name in COMMANDS), *(["forms", name] for name in ("list", "show", "lint"))]
)
def test_help_is_chinese_and_has_a_text_for_every_option(xlperf, words):
    ended = xlperf(*words, "--help")
    assert ended.status == 0
    assert not ENGLISH.search(ended.out)
    for option in re.split(r"^  (?=-)", ended.out, flags=re.MULTILINE)[1:]:
        assert re.search(r"\s{2,}\S.*。", option), option


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["chek"], "没有命令“chek”。是不是 check？"),
        (["完成"], "没有命令“完成”。可用的命令：new、fill、import"),
        (["-q"], "没有写命令。"),
        (["check"], "缺少参数 文件或文件夹…。（用法见 xlperf check --help）"),
        (["check", "--formt", "json", "x"], "没有选项“--formt”。是不是 --format？"),
        (["check", "--zz", "x"], "没有选项“--zz”。"),
        (["check", "x", "--format", "pdf"], "--format：不能是“pdf”，可用：text、json、html、sarif、junit。"),
        (["check", "x", "--workers", "0"], "--workers：应当是不小于 1 的整数，不能是“0”。"),
        (["check", "x", "--workers", "两"], "--workers：应当是不小于 1 的整数，不能是“两”。"),
        (["check", "x", "--fail-on", "x"], "--fail-on：不能是“x”，可用：错误、警告、提示、从不"),
        (["check", "x", "-o"], "选项“-o”后面缺少内容。"),
        (["new", "a", "b"], "多出了参数“b”。"),
        (["new", "a", "--ledger=x"], "选项“--ledger”后面不能带内容。"),
        (["fill", "x"], "缺少选项 -o / --output。"),
        (["forms", "shwo"], "没有命令“shwo”。是不是 show？（用法见 xlperf forms --help）"),
    ],
)
def test_usage_errors(xlperf, words, sentence):
    ended = xlperf(*words)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"错误：{sentence}")
    assert ended.err.count("\n") == 1


def test_an_error_for_the_user_is_one_line(xlperf, monkeypatch):
    outcome(monkeypatch, InputError("找不到文件“甲.xlsx”。"))
    ended = xlperf("explain", "x")
    assert (ended.status, ended.out, ended.err) == (2, "", "错误：找不到文件“甲.xlsx”。\n")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_interruption(xlperf, monkeypatch, error):
    outcome(monkeypatch, error)
    ended = xlperf("explain", "x")
    assert (ended.status, ended.out, ended.err) == (130, "", "已中断。\n")


def test_unexpected_error_goes_to_a_log(xlperf, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    outcome(monkeypatch, ZeroDivisionError("除数 \ud800"))
    ended = xlperf("explain", "甲")
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "Traceback" not in ended.err
    log = Path(re.search("“(.+)”", ended.err)[1])
    assert log.parent == tmp_path
    text = log.read_text("utf-8")
    assert "ZeroDivisionError" in text
    assert "甲" in text


def test_unexpected_error_without_a_place_for_the_log(xlperf, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "missing"))
    outcome(monkeypatch, ZeroDivisionError("除数"))
    ended = xlperf("explain", "甲")
    assert (ended.status, ended.err.count("\n")) == (2, 1)
    assert "ZeroDivisionError: 除数" in ended.err


def test_status_of_a_command_is_that_of_the_process(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["xlperf", "nix"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2


def process(*words, **settings):
    command = [sys.executable, "-c", "from xlperf.cli import main; main()", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings)


def test_a_closed_pipe_is_quiet():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        command = [sys.executable, "-c", "from xlperf.cli import main; main()", "--help"]
        ended = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_output_is_utf8_whatever_the_console():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    out, err = process("nix", env=environment).communicate()
    assert out == b""
    assert err.decode("utf-8").startswith("错误：没有命令“nix”。")


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from xlperf.cli import run; run(['check', '--help']);"
        "sys.exit(any(name in sys.modules for name in ('openpyxl', 'pandas', 'rich', 'jsonschema')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_disk_errors_keep_their_sentence(xlperf, monkeypatch, tmp_path):
    ordinary = Path.open

    def full(path, mode="r", *args, **settings):
        if "r" in mode:
            return ordinary(path, mode, *args, **settings)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    ended = xlperf("new", "hunan-yueyang-2024", "--ledger", "-o", "a.xlsx")
    assert ended.status == 2
    assert ended.err == "错误：无法写入“a.xlsx”：磁盘空间不足，请清理后重试。\n"
    assert not list(tmp_path.glob("*.xlsx"))
