"""In a worker process: calls that are read from a pipe → their answers, one after another, within memory.

A call that fails, whatever the failure, is an answer; only its process being ended is none.
"""

import gc
import os
import pickle
import signal
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, BinaryIO

from xlperf.core.errors import InputError, OutputError, XlperfError
from xlperf.core.user_files import user_cache
from xlperf.ooxml.received_bytes import Refused

if sys.platform != "win32":
    from xlperf.jobs.process_limits import data_in_use, end_with_parent, memory_within, most_memory

READY, MADE, REFUSED, WRONG, MEMORY, FAILED = "ready", "made", "refused", "wrong", "memory", "failed"
TOO_LATE = "too late"
_SWOLLEN = 384 * 2**20
"""A process that has taken this much more memory than at its start is replaced: it may not give it back."""
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """How a call came out: a word, and the value made, the finding of a refusal or kind and text of an error.

    ``is_last``: the process is to be replaced before the next call.
    """

    outcome: str
    value: Any = None
    is_last: bool = False


def framed(message: object) -> bytes:
    """A message as it goes through a pipe: its length, then its bytes."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(data)) + data


def received(read: Callable[[int], bytes]) -> Any:
    """The next message of a pipe that ``read`` reads from; raises EOFError at its end."""
    (length,) = _LENGTH.unpack(_exactly(read, _LENGTH.size))
    return pickle.loads(_exactly(read, length))


def _exactly(read: Callable[[int], bytes], size: int) -> bytes:
    parts = []
    while size:
        part = read(size)
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def serve(orders: BinaryIO, answers: BinaryIO, memory: int) -> None:
    """Make the calls that come through ``orders`` until it is closed; write an CallOutcome for each.

    ``memory`` is how many bytes the process may have besides those with which it begins: a fork of a large
    program begins with all of that program's. What the first call has worked out from declarations
    is kept for later processes before it is answered: after its last answer a worker is ended.
    """
    first = most_memory() if sys.platform != "win32" else 0
    memory += data_in_use() if sys.platform != "win32" else 0
    answers.write(framed(CallOutcome(READY)))
    with heap_at_rest():
        while True:
            answers.flush()
            try:
                call, arguments = received(orders.read)
            except EOFError:
                return
            answer = answer_of(call, arguments, memory)
            user_cache().save_once()
            answers.write(_framed_answer(answer, first))


def answer_of(call: Callable[..., object], arguments: Sequence[object], memory: int = 0) -> CallOutcome:
    """Make a call within ``memory`` bytes, without a limit for 0; how it came out, whatever it raised."""
    try:
        with memory_within(memory) if memory and sys.platform != "win32" else nullcontext():
            return CallOutcome(MADE, call(*arguments))
    except Refused as error:
        return CallOutcome(REFUSED, error.finding)
    except XlperfError as error:
        kind = type(error) if type(error) in {InputError, OutputError} else XlperfError
        return CallOutcome(WRONG, (kind, str(error)))
    except MemoryError:
        return CallOutcome(MEMORY, None, is_last=True)
    except Exception as error:
        return CallOutcome(FAILED, f"{type(error).__name__}: {error}")


def _framed_answer(answer: CallOutcome, first: int) -> bytes:
    is_swollen = sys.platform != "win32" and most_memory() - first > _SWOLLEN
    try:
        return framed(CallOutcome(answer.outcome, answer.value, answer.is_last or is_swollen))
    except Exception as error:
        return framed(CallOutcome(FAILED, f"{type(error).__name__}: {error}", is_last=True))


def begin(lifeline: int, folder: str) -> None:
    """Make this process a worker: ended with its parent, silent, with temporary files in ``folder``."""
    if sys.platform != "win32":
        end_with_parent(lifeline)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    tempfile.tempdir = folder
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)


def serve_standard_streams(lifeline: int, folder: str, memory: int) -> None:
    """Be a worker that takes its orders from stdin and answers to stdout."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    begin(lifeline, folder)
    serve(orders, answers, memory)


@contextmanager
def heap_at_rest() -> Iterator[None]:
    """Keep what is loaded already out of garbage collection: it took a tenth of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
