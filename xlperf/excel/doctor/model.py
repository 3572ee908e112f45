"""The words of a diagnosis: what a check answers, what becomes of it, and what all checks look at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from xlperf.excel.installation.state import State, look
from xlperf.excel.machine import WINDOWS, Machine


class Standing(StrEnum):
    """How a thing stands: a note is worth knowing, a cure is needed, skipped was not looked at."""

    WELL = "well"
    NOTE = "note"
    CURE = "cure"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """One thing looked at; ``cure`` says what to do, empty unless something is to be done."""

    name: str
    title: str
    standing: Standing
    found: str
    cure: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is to be done."""
        return self.standing is not Standing.CURE


@dataclass(frozen=True, slots=True)
class Answer:
    """The case of doctor.json that holds, and what goes into the gaps of its texts."""

    case: str = "well"
    values: Mapping[str, object] = field(default_factory=dict)


def answer(case: str = "well", /, **values: object) -> Answer:
    """An Answer, shorter to write."""
    return Answer(case, values)


class Scene:
    """What the checks look at; the add-in is looked at once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    @property
    def on_windows(self) -> bool:
        """Whether questions about Excel make sense."""
        return self.machine.platform == WINDOWS

    @cached_property
    def addin(self) -> State:
        """How the add-in stands; only on Windows."""
        return look(self.machine)


Check = Callable[[Scene], Answer]
_checks: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Make a function the check ``name`` of doctor.json."""

    def register(function: Check) -> Check:
        _checks[name] = function
        return function

    return register


def checks() -> Mapping[str, Check]:
    """All checks by name, those of the modules that have been imported."""
    return _checks
