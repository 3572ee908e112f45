"""A cluster of a real scheduler and workers as processes on loopback does what one computer does."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.long import long
from tests.received import good as g
from tests.received.packages import UNIT, sheets, word
from xlperf.core.errors import InputError
from xlperf.jobs.check import check
from xlperf.jobs.cluster import Cluster
from xlperf.jobs.engines import engine
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.runner import Runner, Task
from xlperf.ooxml.limits import LIMITS
from xlperf.outputs.report_formats import render

distributed = pytest.importorskip("distributed")

WORKERS = 2
LOCAL = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def started(module: str, *words: str) -> subprocess.Popen:
    command = [sys.executable, "-m", module, *words]
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(command, env=os.environ | LOCAL, stdout=nowhere, stderr=nowhere)


class Processes:
    """A scheduler and its workers; ``address`` is what users write."""

    def __init__(self, folder: Path) -> None:
        file = folder / "scheduler.json"
        local = ["--scheduler-file", str(file)]
        self.scheduler = started("distributed.cli.dask_scheduler", *local, "--port", "0", "--no-dashboard")
        self.workers = [
            started("distributed.cli.dask_worker", *local, "--nthreads", "1", "--no-nanny", "--no-dashboard")
            for _ in range(WORKERS)
        ]
        with distributed.Client(scheduler_file=str(file), timeout=60, set_as_default=False) as client:
            client.wait_for_workers(WORKERS, timeout=60)
            self.address = "dask://" + client.scheduler.address.removeprefix("tcp://")

    def __enter__(self):
        return self

    def __exit__(self, *raised: object) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with Processes(tmp_path_factory.mktemp("集群")) as processes:
        yield processes


@pytest.fixture
def received(tmp_path, monkeypatch) -> Path:
    """A package, single workbooks and a file that cannot be read; a relative path, as users write it."""
    folder = tmp_path / "收到"
    (folder / UNIT).mkdir(parents=True)
    (folder / UNIT / "附件1.xlsx").write_bytes(sheets("基础数据表"))
    (folder / UNIT / "附件2.docx").write_bytes(word(1))
    for number in range(4):
        (folder / f"10{number}_某局.xlsx").write_bytes(g.good())
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04")
    monkeypatch.chdir(tmp_path)
    return Path("收到")


def slow(path: str, seconds: float, marks: str) -> str:
    """A call that leaves a mark when it begins, so that a test sees by whom it is made."""
    (Path(marks) / f"{path}-{os.getppid()}").touch()
    time.sleep(seconds)
    return f"{path} 好"


def ends_its_process(path: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def lasts(path: str) -> None:
    time.sleep(60)


def test_a_check_finds_what_one_computer_finds(cluster, received):
    progress: list[tuple[int, int]] = []
    options = RunOptions(progress=lambda *done: progress.append(done), engine=cluster.address)
    ours = check([received], options=options)
    assert render(ours, "json") == render(check([received]), "json")
    assert progress[-1] == (7, 7)


@long
def test_a_file_that_dies_or_hangs_costs_itself(cluster):
    tasks = [
        Task("好1.xlsx", 30.0, len, ("四个字好",)),
        Task("死.xlsx", 30.0, ends_its_process, ("死.xlsx",)),
        Task("停.xlsx", 1.0, lasts, ("停.xlsx",)),
        Task("好2.xlsx", 30.0, len, ("两字",)),
    ]
    with engine(cluster.address, 1, LIMITS) as crew:
        outcomes = {task.path: task for task in crew.run(tasks)}
    assert (outcomes["好1.xlsx"].result, outcomes["好2.xlsx"].result) == (4, 2)
    codes = {path: task.refusal.finding.code for path, task in outcomes.items() if task.refusal}
    assert codes == {"死.xlsx": "F135", "停.xlsx": "F133"}


def test_another_program_and_a_folder_that_is_not_shared(cluster, monkeypatch):
    with Cluster(cluster.address.replace("dask", "tcp"), LIMITS) as crew:
        monkeypatch.setattr("xlperf.jobs.cluster.declared", lambda limits: "another")
        with pytest.raises(InputError, match="版本、声明或限额与这里的不同"):
            list(crew.run([Task("一.xlsx", 9.0, len, ("一",))]))
        monkeypatch.setattr("xlperf.jobs.cluster.os.getcwd", lambda: "/no/such/folder")
        with pytest.raises(InputError, match="没有文件夹“/no/such/folder”"):
            list(crew.run([Task("一.xlsx", 9.0, len, ("一",))]))


def test_names_of_engines(monkeypatch):
    assert isinstance(engine("", 1, LIMITS), Runner)
    with pytest.raises(InputError, match="dask://主机:端口"):
        engine("spark://a", 1, LIMITS)
    monkeypatch.setattr("xlperf.jobs.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(InputError, match="连不上调度程序"), engine("dask://127.0.0.1:9", 1, LIMITS):
        pass


@long
def test_a_worker_killed_in_the_middle_costs_nothing(cluster, tmp_path):
    """The last test with this cluster: one of its workers is killed once it has begun."""
    marks = tmp_path / "标记"
    marks.mkdir()
    names = [f"{number}.xlsx" for number in range(100)]
    tasks = [Task(name, 30.0, slow, (name, 0.05, str(marks))) for name in names]
    done, killed, until = [], cluster.workers[0], time.monotonic() + 60
    with engine(cluster.address, 1, LIMITS) as crew:
        for task in crew.run(tasks):
            while not done and not [*marks.glob(f"*-{killed.pid}")] and time.monotonic() < until:
                time.sleep(0.05)
            killed.kill()
            done.append(task)
    assert sorted(task.made() for task in done) == sorted(f"{name} 好" for name in names)
    assert len({path.name.partition("-")[2] for path in marks.iterdir()}) >= WORKERS
