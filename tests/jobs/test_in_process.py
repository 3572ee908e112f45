"""Calls made by the process itself, as in a browser: results, refusals, and what is not made again."""

import pytest

from xlperf.core.errors import InputError
from xlperf.jobs.engines import InProcess, watcher
from xlperf.jobs.runner import Task
from xlperf.jobs.worker import MEMORY, TOO_LATE
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.received_bytes import refused


def give(text: str) -> str:
    return text


def refuse(path: str) -> str:
    raise refused("F106", path)


def fail(error: Exception) -> str:
    raise error


def outcomes(*tasks: Task[str]) -> dict[str, str]:
    """The result of each task by its path, the code of its refusal where there is one."""
    with InProcess(LIMITS) as engine:
        return {
            task.path: task.refusal.finding.code if task.refusal else task.made()
            for task in engine.run(tasks)
        }


def test_every_call_has_its_result_or_the_reason_why_not():
    found = outcomes(
        Task("a", 1, give, ("甲",)),
        Task("b", 1, refuse, ("b",)),
        Task("c", 1, fail, (ValueError("错"),)),
        Task("d", 1, fail, (MemoryError(),)),
        Task("e", 1, give, ("戊",)),
    )
    assert found == {"a": "甲", "b": "F106", "c": "F113", "d": "F134", "e": "戊"}


def test_what_is_wrong_with_the_order_is_raised():
    with pytest.raises(InputError, match="没有这个口径"):
        outcomes(Task("a", 1, fail, (InputError("没有这个口径"),)))


def test_what_was_ended_is_not_made_again():
    seen = []
    ended = {"慢": TOO_LATE, "大": MEMORY, "不见了": "NotFoundError"}

    def watch(path: str, seconds: float) -> str:
        seen.append((path, seconds))
        return ended.get(path, "")

    token = watcher.set(watch)
    try:
        found = outcomes(*(Task(path, 3, give, (path,)) for path in ("慢", "大", "不见了", "好")))
    finally:
        watcher.reset(token)
    assert found == {"慢": "F133", "大": "F134", "不见了": "F113", "好": "好"}
    assert seen == [("慢", 3), ("大", 3), ("不见了", 3), ("好", 3)]


def test_what_all_calls_need_is_loaded_first():
    loaded = []
    with InProcess(LIMITS, lambda: loaded.append("声明")):
        assert loaded == ["声明"]
