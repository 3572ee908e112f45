"""Running the command line in process, in a folder of its own."""

import sys
from dataclasses import dataclass

import pytest

from tests.received import good as g
from xlperf.cli import run


@dataclass
class Ended:
    """How a command line ended: exit status and what it wrote."""

    status: int
    out: str
    err: str


@pytest.fixture
def xlperf(tmp_path, monkeypatch, capsys):
    """Call with the words of a command line; the current folder is ``tmp_path``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)

    def call(*words: object) -> Ended:
        status = run([str(word) for word in words])
        captured = capsys.readouterr()
        return Ended(status, captured.out, captured.err)

    return call


@pytest.fixture
def inbox(tmp_path):
    """A folder with one good workbook, 收到/好.xlsx."""
    folder = tmp_path / "收到"
    folder.mkdir()
    (folder / "好.xlsx").write_bytes(g.good())
    return folder
