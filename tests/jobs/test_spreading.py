"""Calls spread over workers: the results are in order, whichever worker is first, fails or dies."""

import os
import time

import pytest

from xlperf.jobs.engines import spread_over
from xlperf.jobs.runner import Runner
from xlperf.ooxml.limits import LIMITS

OURS = os.getpid()


def slow_when_even(number: int) -> int:
    time.sleep(0.02 * (number % 2 == 0))
    return number * number


def dies_elsewhere(number: int) -> int:
    if number == 3 and os.getpid() != OURS:
        os._exit(1)
    return -number


def process(number: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_results_are_in_the_order_of_their_arguments(workers, count):
    with Runner(workers, LIMITS) as runner:
        made = [*spread_over(runner, LIMITS)(slow_when_even, range(count))]
    assert made == [number * number for number in range(count)]


def test_a_call_whose_worker_dies_is_made_here():
    with Runner(2, LIMITS) as runner:
        assert [*spread_over(runner, LIMITS)(dies_elsewhere, range(6))] == [0, -1, -2, -3, -4, -5]


def test_a_single_call_needs_no_worker():
    with Runner(2, LIMITS) as runner:
        spread = spread_over(runner, LIMITS)
        assert [*spread(process, [1])] == [OURS]
        assert OURS not in {*spread(process, [1, 2])}
