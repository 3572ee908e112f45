"""benchmarks/parity.py as a command."""

import subprocess
import sys
from pathlib import Path

from tests.long import long

COMMAND = [sys.executable, str(Path(__file__).parents[2] / "benchmarks" / "parity.py")]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)


@long
def test_a_small_run_with_one_engine() -> None:
    done = run("--values", "400", "--seed", "7", "--engines", "formualizer")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "不能解释的差异：0 处" in done.stdout
    assert "formualizer  verdict" in done.stdout
    assert "LibreOffice  verdict" not in done.stdout


def test_an_unknown_engine_is_refused() -> None:
    done = run("--engines", "excel")
    assert done.returncode == 2
    assert "没有引擎 excel" in done.stderr
