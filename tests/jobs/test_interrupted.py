"""Commands that are killed, they or their workers, go on: what they write is that of an undisturbed run."""

import sys
from pathlib import Path

import pytest

from benchmarks.kills import OUTPUTS, Run, killed_runs
from tests.long import one_in
from tests.received import good as g
from tests.received import packages as p
from xlperf.jobs.demo.units import write_demo_ledger

KILLS = 1


@pytest.mark.skipif(sys.platform != "linux", reason="finds workers in /proc")
@pytest.mark.parametrize("command", one_in(3, OUTPUTS))
def test_killed_and_resumed(tmp_path: Path, command: str) -> None:
    source, out = tmp_path / "收到", tmp_path / "out"
    out.mkdir()
    if command == "fill":
        source = tmp_path / "台账.xlsx"
        write_demo_ledger(source, g.PROFILE, units=8)
    else:
        (source / "乙").mkdir(parents=True)
        for number in range(6):
            name = f"{number:03}_单位{number}.xlsx"
            (source / name).write_bytes(g.edited({g.BASIC: g.number("C9", number)}))
        for name, content in p.package().items():
            (source / "乙" / name).write_bytes(content)
    counts = killed_runs(Run(command, source, out, workers=2), KILLS, seed=[*OUTPUTS].index(command))
    assert counts["command"] + counts["worker"] == KILLS
    assert counts["same"]
