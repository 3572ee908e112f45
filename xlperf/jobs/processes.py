"""Batches of work → their results from several processes, in the order of the batches; progress on the way.

A call that reads a received file has a process of its own, within time and memory: what the process does
wrong, be it too slow, too large or killed, is the refusal of the file.
"""

import contextlib
import gc
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from xlperf.core.errors import XlperfError
from xlperf.core.lazy import LazyModule
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Large, Refused, out_of_memory, refused

if TYPE_CHECKING:
    import multiprocessing
    from concurrent.futures import Future, process
else:
    multiprocessing = LazyModule("multiprocessing")
    process = LazyModule("concurrent.futures.process")


Progress = Callable[[int, int], None]


class TwoSteps:
    """Progress of a job that handles each file twice: a file counts when both steps of one are done."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._steps = progress, total, 0

    def step(self, steps: int = 1) -> None:
        """Count steps; report where they complete a file."""
        for _ in range(steps):
            self._steps += 1
            if self._progress and self._steps % 2 == 0:
                self._progress(self._steps // 2, self._total)


_T = TypeVar("_T")
_START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer);"
    "from xlperf.jobs.processes import serve; serve()"
)


def apart(path: str, limits: Limits, seconds: float, call: Callable[..., _T], *arguments: object) -> _T:
    """``call(*arguments)`` in another process; both must be picklable.

    Raises Refused about ``path`` when the process takes more than ``seconds`` (F133) or than the memory of
    ``limits`` (F134), when it dies (F135) and when the call fails (F113); XlperfError as the call does.
    """
    job = pickle.dumps(sys.path) + pickle.dumps((call, arguments, limits.memory_bytes))
    try:
        status, answer = _run(job, seconds)
    except subprocess.TimeoutExpired:
        raise refused("F133", path, limit=f"{seconds:g}") from None
    if status:
        raise refused("F135", path, status=str(status))
    outcome, value = pickle.loads(answer)
    if outcome == "refused":
        raise Refused(value)
    if outcome == "wrong":
        raise XlperfError(value)
    if outcome == "memory":
        raise out_of_memory(path, limits)
    if outcome == "failed":
        raise refused("F113", path, reason=value)
    made: _T = value
    return made


def within(path: str, limits: Limits, seconds: float, call: Callable[..., _T], *arguments: object) -> _T:
    """``call(*arguments, limits)`` in this process, apart where what it reads is large.

    Raises Refused about ``path`` as ``apart`` does, whichever process it was; XlperfError as the call does.
    """
    try:
        return call(*arguments, replace(limits, is_apart=False))
    except Large:
        return apart(path, limits, seconds, call, *arguments, limits)
    except (Refused, XlperfError):
        raise
    except MemoryError:
        raise out_of_memory(path, limits) from None
    except Exception as error:
        raise refused("F113", path, reason=_described(error)) from error


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _run(job: bytes, seconds: float) -> tuple[int, bytes]:
    """The exit status and the answer of a process for ``job``; after TimeoutExpired nothing runs on."""
    with subprocess.Popen(
        [sys.executable, "-P", "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            answer, _ = process.communicate(job, timeout=seconds)
        except BaseException:
            _end(process)
            raise
        return process.returncode, answer


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and, where that can be had, those it has started, such as LibreOffice."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def serve() -> None:
    """In the other process: make the call that is read from stdin and write what came of it to stdout."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    call, arguments, memory = pickle.load(sys.stdin.buffer)
    _bound(memory)
    with answers:
        pickle.dump(_answer(call, arguments), answers)


def _answer(call: Callable[..., object], arguments: tuple[object, ...]) -> tuple[str, object]:
    try:
        return "made", call(*arguments)
    except Refused as error:
        return "refused", error.finding
    except XlperfError as error:
        return "wrong", str(error)
    except MemoryError:
        return "memory", None
    except Exception as error:
        return "failed", _described(error)


def _bound(memory: int) -> None:
    """Let this process have ``memory`` bytes and no more; Windows has no such limit.

    What counts is memory that can be written: address space alone, of which threads reserve a lot on
    machines with many processors, costs nothing.
    """
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 — not there on Windows

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (memory, most))


_Batch = TypeVar("_Batch")
_Result = TypeVar("_Result")

BATCH = 50
"""Files handed to a process at once; as many or fewer are worked on in this process."""
_AHEAD = 2
"""Batches for each process that are handed over before the first of them is done."""


def in_processes(
    workers: int, call: Callable[..., _Result], batches: Iterable[_Batch], *arguments: object
) -> Iterator[tuple[_Batch, _Result | None]]:
    """Each of ``batches`` with ``call(batch, *arguments)``; None where the process has died."""
    waiting: deque[tuple[_Batch, Future[_Result] | None]] = deque()
    with process.ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        for batch in batches:
            try:
                waiting.append((batch, pool.submit(_called, call, batch, *arguments)))
            except process.BrokenProcessPool:
                waiting.append((batch, None))
            if len(waiting) > workers * _AHEAD:
                first, job = waiting.popleft()
                yield first, _result(job)
        for first, job in waiting:
            yield first, _result(job)


def _result(job: "Future[_Result] | None") -> _Result | None:
    try:
        return job.result() if job else None
    except process.BrokenProcessPool:
        return None


def _called(call: Callable[..., _Result], *arguments: object) -> _Result:
    with heap_at_rest():
        return call(*arguments)


@contextmanager
def heap_at_rest() -> Iterator[None]:
    """Keep what is loaded already out of garbage collection: it took a tenth of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
