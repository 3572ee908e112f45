"""The parent's end of a worker: starts the process, sends it calls, reads its answers, ends it.

Where this process has a single thread, which is how commands run on Linux, a worker is a fork: it has all
modules and starts in a few milliseconds. Elsewhere it is a new interpreter, which takes half a second.
"""

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from abc import ABC, abstractmethod
from pathlib import Path
from queue import Empty, SimpleQueue

from xlperf.jobs import worker
from xlperf.jobs.worker import READY, CallOutcome, framed, received

if sys.platform == "win32":
    from xlperf.jobs.process_limits import Job
else:
    from xlperf.jobs.process_limits import end_group

_PYTHON = getattr(sys, "_base_executable", sys.executable) if sys.platform == "win32" else sys.executable
"""On Windows the python.exe of a virtual environment starts another, which would be in no job object."""
_START = (
    "import json, sys; sys.path[:], given = json.loads(sys.argv[1]);"
    "from xlperf.jobs.worker import serve_standard_streams; serve_standard_streams(*given)"
)
_THREADS = "/proc/self/task"
_FOLDERS = "xlperf-worker-"


def can_fork() -> bool:
    """Whether this process can be forked safely: on Linux, while it has no other thread."""
    return sys.platform == "linux" and len(os.listdir(_THREADS)) == 1


def _folder() -> str:
    """A folder for the temporary files of a worker, which its parent removes, whichever way it ends."""
    return tempfile.mkdtemp(prefix=f"{_FOLDERS}{os.getpid()}-")


def remove_left_folders() -> None:
    """Remove the folders of workers whose parent was killed and could not do so."""
    if sys.platform == "win32":
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDERS}*-*"):
        owner = folder.name.removeprefix(_FOLDERS).partition("-")[0]
        with contextlib.suppress(ValueError, PermissionError):
            try:
                os.kill(int(owner), 0)
            except ProcessLookupError:
                shutil.rmtree(folder, ignore_errors=True)


class Worker(ABC):
    """A worker as its parent sees it: pipes to and from the process, and a folder for its files."""

    def __init__(self, orders: int, answers: int, folder: str) -> None:
        self._orders, self.answers, self._folder = orders, answers, folder

    def send(self, message: object) -> None:
        """Send a call; where the process has gone, that is its next answer."""
        data = memoryview(framed(message))
        with contextlib.suppress(OSError):
            while data:
                data = data[os.write(self._orders, data) :]

    def receive(self) -> CallOutcome | None:
        """The next answer, None where the process has gone; waits for it."""
        try:
            answer: CallOutcome = received(lambda size: os.read(self.answers, min(size, 2**20)))
        except (EOFError, OSError):
            return None
        return answer

    @abstractmethod
    def end(self) -> int:
        """Kill the process and what it has started; its exit status, below 0 for a signal's number."""

    def _close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


Answers = list[tuple[Worker, CallOutcome | None]]
"""What workers have answered, None where one has gone."""


if sys.platform != "win32":
    _ours: set[int] = set()
    """The parent's ends of the pipes of all workers: a fork has copies of them, which it must not keep."""

    class ForkedWorker(Worker):
        """A worker that begins as a copy of this process."""

        def __init__(self, memory: int) -> None:
            orders, answers, lifeline = os.pipe(), os.pipe(), os.pipe()
            super().__init__(orders[1], answers[0], _folder())
            self._ends = {orders[1], answers[0], lifeline[1]}
            _ours.update(self._ends)
            self._process = os.fork()
            if not self._process:
                _be_worker(orders[0], answers[1], lifeline[0], self._folder, memory)
            for theirs in (orders[0], answers[1], lifeline[0]):
                os.close(theirs)

        def end(self) -> int:
            """Kill the process and what it has started."""
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            end_group(self._process)
            status = 0
            with contextlib.suppress(ChildProcessError):  # where a parent ignores the ends of its children
                _, status = os.waitpid(self._process, 0)
            for end in self._ends:
                os.close(end)
            _ours.difference_update(self._ends)
            self._close()
            return os.waitstatus_to_exitcode(status)

    def _be_worker(orders: int, answers: int, lifeline: int, folder: str, memory: int) -> None:
        """In the fork: serve until there are no more orders; never returns."""
        try:
            os.setsid()
            for end in _ours:
                os.close(end)
            _ours.clear()
            worker.begin(lifeline, folder)
            worker.serve(os.fdopen(orders, "rb"), os.fdopen(answers, "wb"), memory)
            os._exit(0)
        finally:
            os._exit(1)

    class ForkedWorkers:
        """Starts forks of this process and collects their answers."""

        def __init__(self, memory: int) -> None:
            self._memory = memory
            self._selector = selectors.PollSelector()

        def start(self) -> Worker:
            """A new worker; its first answer is READY."""
            started = ForkedWorker(self._memory)
            self._selector.register(started.answers, selectors.EVENT_READ, started)
            return started

        def answers(self, seconds: float) -> Answers:
            """What workers have answered, waiting for it at most so long; one that has gone is let go."""
            ready: list[Worker] = [key.data for key, _ in self._selector.select(seconds)]
            answers: Answers = []
            for answering in ready:
                answers.append((answering, answering.receive()))
                if answers[-1][1] is None:
                    self.forget(answering)
            return answers

        def forget(self, started: Worker) -> None:
            """Expect no more answers of a worker."""
            if started.answers in self._selector.get_map():
                self._selector.unregister(started.answers)


class SpawnedWorker(Worker):
    """A worker that begins as a new interpreter; a thread waits for its answers."""

    def __init__(self, memory: int, inbox: "SimpleQueue[tuple[Worker, CallOutcome | None]]") -> None:
        lifeline = os.pipe() if sys.platform != "win32" else (0, 0)
        folder = _folder()
        self._lifeline = lifeline[1]
        self._popen = subprocess.Popen(
            [_PYTHON, "-P", "-c", _START, json.dumps((sys.path, (lifeline[0], folder, memory)))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
            pass_fds=lifeline[:1] if sys.platform != "win32" else (),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._popen.stdin
        assert self._popen.stdout
        super().__init__(self._popen.stdin.fileno(), self._popen.stdout.fileno(), folder)
        if sys.platform == "win32":
            self._job = Job(self._popen.pid, memory)
        else:
            os.close(lifeline[0])
        self._reader = threading.Thread(target=self._read, args=(inbox,), daemon=True)
        self._reader.start()

    def _read(self, inbox: "SimpleQueue[tuple[Worker, CallOutcome | None]]") -> None:
        answer: CallOutcome | None = CallOutcome(READY)
        while answer:
            answer = self.receive()
            inbox.put((self, answer))

    def end(self) -> int:
        """Kill the process and what it has started."""
        self._popen.kill()
        if sys.platform == "win32":
            self._job.end()
        else:
            end_group(self._popen.pid)
            os.close(self._lifeline)
        status = self._popen.wait()
        self._reader.join()
        for stream in (self._popen.stdin, self._popen.stdout):
            if stream:
                stream.close()
        self._close()
        return status


class SpawnedWorkers:
    """Starts interpreters and collects their answers."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._inbox: SimpleQueue[tuple[Worker, CallOutcome | None]] = SimpleQueue()

    def start(self) -> Worker:
        """A new worker; its first answer is READY."""
        return SpawnedWorker(self._memory, self._inbox)

    def answers(self, seconds: float) -> Answers:
        """What workers have answered, waiting for it at most so long."""
        with contextlib.suppress(Empty):
            return [self._inbox.get(timeout=max(seconds, 0))]
        return []

    def forget(self, started: Worker) -> None:
        """Expect no more answers of a worker: those that come are of a worker that nobody knows."""
