"""A check that is killed, the command or its workers, goes on: the list is that of an undisturbed one."""

import sys
from pathlib import Path

import pytest

from benchmarks.kills import killed_runs
from tests.received import good as g
from tests.received import packages as p

KILLS = 3


@pytest.mark.skipif(sys.platform != "linux", reason="finds workers in /proc")
def test_killed_and_resumed(tmp_path: Path) -> None:
    inbox = tmp_path / "收到"
    (inbox / "乙").mkdir(parents=True)
    for number in range(12):
        (inbox / f"{number:03}_单位{number}.xlsx").write_bytes(g.edited({g.BASIC: g.number("C9", number)}))
    for name, content in p.package().items():
        (inbox / "乙" / name).write_bytes(content)
    counts = killed_runs(inbox, tmp_path, KILLS, workers=2, seed=7)
    assert counts["command"] + counts["worker"] == KILLS
    assert counts["lists the same"]
