"""Workers, forked or started as interpreters: every call has its result, and none outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from xlperf.core.errors import XlperfError
from xlperf.jobs import worker_process
from xlperf.jobs.runner import Runner, Task
from xlperf.ooxml.limits import LIMITS

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and process groups")
SLOW = 600


@pytest.fixture(params=["forked", "spawned"])
def start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(worker_process, "can_fork", lambda: request.param == "forked")
    return str(request.param)


@pytest.fixture
def runner(start: str) -> Iterator[Runner]:
    with Runner(2, LIMITS) as running:
        yield running


def results(runner: Runner, tasks: list[Task[object]]) -> dict[str, object]:
    """The result of each task by its path, the code of its refusal where there is one."""
    return {
        task.path: task.refusal.finding.code if task.refusal else task.result for task in runner.run(tasks)
    }


def test_every_call_has_its_result(runner):
    tasks = [Task(str(number), 60, divmod, (number, 7)) for number in range(100)]
    assert results(runner, tasks) == {str(number): divmod(number, 7) for number in range(100)}


def test_arguments_and_results_larger_than_a_pipe(runner):
    data = [bytes([number]) * 300_000 for number in range(10)]
    tasks = [
        Task(str(number), 60, bytes.upper, (content,), len(content)) for number, content in enumerate(data)
    ]
    assert results(runner, tasks) == {str(number): content.upper() for number, content in enumerate(data)}


def test_the_next_run_has_the_same_workers(runner):
    first = {task.made() for task in runner.run([Task(str(n), 60, os.getpid) for n in range(9)])}
    second = {task.made() for task in runner.run([Task(str(n), 60, os.getpid) for n in range(9)])}
    assert second <= first
    assert os.getpid() not in first


def test_a_call_that_ends_its_process(runner):
    tasks = [Task("bad", 60, os._exit, (3,)), *(Task(str(n), 60, abs, (-n,)) for n in range(9))]
    assert results(runner, tasks) == {"bad": "F135", **{str(n): n for n in range(9)}}


def test_a_call_that_does_not_end(runner):
    tasks = [Task("bad", 1, time.sleep, (SLOW,)), *(Task(str(n), 60, abs, (-n,)) for n in range(9))]
    assert results(runner, tasks) == {"bad": "F133", **{str(n): n for n in range(9)}}


def test_a_call_that_fails_and_one_whose_result_cannot_be_sent(runner):
    tasks = [
        Task("a", 60, divmod, (1, 0)),
        Task("b", 60, iter, ([],)),
        Task("c", 60, compile, ("1", "", "eval")),
    ]
    assert results(runner, tasks) | {"b": None} == {"a": "F113", "b": None, "c": "F113"}


def test_an_error_of_the_user_ends_the_run(runner):
    with pytest.raises(XlperfError, match="口径"):
        list(runner.run([Task("x", 60, named_wrongly)]))


def named_wrongly() -> None:
    raise XlperfError("没有这个口径")


def test_the_files_of_a_worker_go_with_it(start):
    with Runner(1, LIMITS) as running:
        (file,) = running.run([Task("x", 60, made_file)])
        folder = Path(file.made()).parent
        assert folder.is_dir()
    assert not folder.exists()


def test_the_files_of_workers_whose_parent_was_killed_go_with_the_next_run(tmp_path, monkeypatch, start):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    left, kept = tmp_path / f"xlperf-worker-{gone.pid}-x", tmp_path / f"xlperf-worker-{os.getpid()}-x"
    left.mkdir()
    kept.mkdir()
    with Runner(1, LIMITS) as running:
        list(running.run([Task("x", 60, os.getpid)]))
    assert [*tmp_path.iterdir()] == [kept]


def made_file() -> str:
    import tempfile  # noqa: PLC0415 — in the worker

    return tempfile.mkstemp()[1]


PARENT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path[:0] = {path!r}
from tests.jobs.test_runner import busy
from xlperf.jobs import worker_process
from xlperf.jobs.runner import Runner, Task
from xlperf.ooxml.limits import LIMITS
worker_process.can_fork = lambda: {forks}
with Runner(2, LIMITS) as runner:
    for done in runner.run(Task(str(n), 600, busy, ({folder!r},)) for n in range(2)):
        pass
"""


def busy(folder: str) -> None:
    """Start another process, then be busy inside the interpreter for ever."""
    started = subprocess.Popen(["sleep", str(SLOW)])
    Path(folder, f"{os.getpid()}-{started.pid}").touch()
    sum(range(10**14))


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("forks", [True, False])
def test_no_worker_outlives_its_parent(tmp_path, forks, number):
    if forks and sys.platform != "linux":
        pytest.skip("forks on Linux only")
    code = PARENT.format(path=[os.getcwd()], forks=forks, folder=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as parent:
        while len(names := [path.name for path in tmp_path.iterdir()]) < 2:
            time.sleep(0.05)
        parent.send_signal(number)
    processes = {int(number) for name in names for number in name.split("-")}
    assert len(processes) == 4
    patience = time.monotonic() + 30
    while any(map(runs, processes)) and time.monotonic() < patience:
        time.sleep(0.05)
    assert not any(map(runs, processes))


def runs(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
