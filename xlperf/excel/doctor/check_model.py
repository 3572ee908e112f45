"""What the checks of ``xlperf doctor`` examine, what they answer, and what is made of an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from xlperf.declarations.source import Texts, texts_of
from xlperf.excel.installation.computer import WINDOWS, Machine
from xlperf.excel.installation.status import AddinState, read_state


def doctor_texts() -> Texts:
    """The content of doctor.json; raises DeclarationError as ``texts_of`` does."""
    return texts_of("doctor")


class Standing(StrEnum):
    """The outcome of a check: a note is worth knowing, an action is needed, skipped was not examined."""

    OK = "well"
    NOTE = "note"
    ACTION = "cure"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """One thing examined; ``cure`` says what to do, empty unless something is to be done."""

    name: str
    title: str
    standing: Standing
    found: str
    cure: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is to be done."""
        return self.standing is not Standing.ACTION


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """The case of doctor.json that holds, and what goes into the gaps of its texts."""

    case: str = "well"
    values: Mapping[str, object] = field(default_factory=dict)


def answer(case: str = "well", /, **values: object) -> CheckAnswer:
    """An CheckAnswer, shorter to write."""
    return CheckAnswer(case, values)


class Examined:
    """The computer that the checks examine; the state of its add-in is read once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    @property
    def on_windows(self) -> bool:
        """Whether questions about Excel make sense."""
        return self.machine.platform == WINDOWS

    @cached_property
    def addin(self) -> AddinState:
        """The state of the add-in; only on Windows."""
        return read_state(self.machine)


Check = Callable[[Examined], CheckAnswer]
CHECKS: dict[str, Check] = {}
"""The checks by name, those of the modules that have been imported."""


def check(function: Check) -> Check:
    """Make a function the check of its name in doctor.json."""
    CHECKS[function.__name__] = function
    return function
