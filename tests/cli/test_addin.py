"""xlperf addin install, status, remove on a pretended Windows."""

import pytest

from tests.excel.installation.conftest import addin, bare, machine, wheels
from tests.excel.installation.pretend import OURS

__all__ = ["addin", "bare", "machine", "wheels"]


@pytest.fixture
def windows(machine, monkeypatch):
    monkeypatch.setattr("xlperf.excel.installation.computer.Machine", lambda: machine)
    return machine


def test_installing_looking_and_removing(xlperf, windows, wheels):
    before = windows.registry.snapshot()
    assert xlperf("addin", "status").status == 1
    ended = xlperf("addin", "install", "--from", wheels)
    assert (ended.status, ended.err.count("\n")) == (0, 1)
    assert "xlperf doctor" in ended.err
    assert "已登记到 Excel 16.0 的加载项列表（OPEN）。" in ended.out
    ended = xlperf("addin", "status")
    assert ended.status == 0
    assert f"xlperf 正在运行 {OURS}" in ended.out
    ended = xlperf("addin", "remove", "--venv")
    assert ended.status == 0
    assert ended.out.endswith("移除完成。\n")
    assert windows.registry.snapshot() == before


def test_options_reach_the_installation(xlperf, windows, wheels):
    ended = xlperf("addin", "install", "--from", wheels, "--xlstart", "--trust-location", "--reinstall")
    assert ended.status == 0
    assert "XLSTART 本来就是" in ended.out
    assert windows.opens() == {}
    assert "--force-reinstall" in windows.commands[-1]


def test_a_refusal_is_one_sentence(xlperf, windows, wheels):
    windows.running.add("excel.exe")
    ended = xlperf("addin", "install", "--from", wheels)
    assert ended.status == 2
    assert ended.err.startswith("错误：Excel 正开着。")
    assert "Traceback" not in ended.err
