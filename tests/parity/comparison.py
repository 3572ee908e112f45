"""Our answers and those of the engines to counts and differences, known faults apart."""

import datetime
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.parity.faults import FAULTS
from xlperf.expressions import ErrorValue

EPOCH = datetime.datetime(1899, 12, 30)
ERRORS = {error.value for error in ErrorValue}


@dataclass(frozen=True, slots=True)
class Item:
    """One compared formula: its text, the values it reads by name, and our answer."""

    profile: str
    label: str
    kind: str
    formula: str
    inputs: Mapping[str, Any]
    ours: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """An item on which ``engine`` does not agree; ``fault`` is the construct that explains it, or ""."""

    item: Item
    engine: str
    answers: Mapping[str, Any]
    fault: str

    def __str__(self) -> str:
        item = self.item
        said = "，".join(f"{engine} {answer!r}" for engine, answer in self.answers.items())
        formula = item.formula.replace("$", "")
        read = "，".join(
            f"{name}={value!r}" for name, value in item.inputs.items() if name.split("!")[-1] in formula
        )
        asked = f"{item.profile} {item.label}（{item.kind}）={item.formula}"
        return f"{asked}\n    读入：{read}\n    xlperf {item.ours!r}，{said}"


@dataclass(slots=True)
class Comparison:
    """Values compared by (engine, kind), and the differences."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    @property
    def values(self) -> int:
        return sum(self.counts.values())

    @property
    def unexplained(self) -> list[Difference]:
        return [difference for difference in self.differences if not difference.fault]

    def add(
        self,
        ours: Sequence[tuple[str, Any]],
        answers: Mapping[str, Sequence[Any]],
        item: Callable[[int], Item],
    ) -> None:
        """Compare ``answers``, one list an engine, with ``ours``: kind and value; ``item`` has the rest."""
        for number, (kind, value) in enumerate(ours):
            wrong = [engine for engine, values in answers.items() if not same(value, values[number])]
            self.counts.update((engine, kind) for engine in answers)
            for engine in wrong:
                compared, given = item(number), {engine: values[number] for engine, values in answers.items()}
                fault = _fault(compared, engine) if len(wrong) == 1 else ""
                self.differences.append(Difference(compared, engine, given, fault))

    def include(self, other: "Comparison") -> None:
        """Add the counts and differences of another comparison."""
        self.counts += other.counts
        self.differences += other.differences


def _fault(item: Item, engine: str) -> str:
    values = [
        cell
        for value in item.inputs.values()
        for cell in (value if isinstance(value, list | tuple) else [value])
    ]
    for fault in FAULTS:
        if fault.engine == engine and fault.applies(item.formula, values):
            return fault.construct
    return ""


def same(ours: Any, theirs: Any) -> bool:
    """Equal text or truth value, numbers to 11 digits; an empty text may be stored as nothing.

    Any error equals any error: where several meet, LibreOffice reads the arguments from the right.
    """
    if isinstance(theirs, datetime.datetime):
        theirs = (theirs - EPOCH) / datetime.timedelta(days=1)
    if isinstance(ours, ErrorValue) or (isinstance(ours, str) and ours in ERRORS):
        return str(theirs) in ERRORS
    if ours in ("", None) and not isinstance(ours, bool | float):
        return theirs in ("", None)
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, rel_tol=1e-11, abs_tol=1e-9)
    return bool(ours == theirs)
