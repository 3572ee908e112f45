"""What the parser and the compiler must know of a function: its arguments, its result, its code."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from xlperf.expressions.tokens import Mistake
from xlperf.expressions.tree import Node


class ArgumentKind(Enum):
    """How an argument reaches the code of a function, or what a function gives back."""

    NUMBER = "number"  # float, converted
    TEXT = "text"  # str, converted
    LOGICAL = "logical"  # bool, converted
    SCALAR = "scalar"  # float, str, bool or None
    ANY = "any"  # the same or an ErrorValue, which is not raised
    LAZY = "lazy"  # a callable without arguments giving a scalar
    RANGE = "range"  # the cells of a reference
    ARGUMENT = "argument"  # cells for a reference, otherwise a scalar
    COUNTED = "counted"  # like ARGUMENT, but an error is a value and is not raised
    ARRAY = "array"  # cells or a scalar, operators inside work row by row


Refusal = Callable[[tuple[Node, ...]], tuple[int, Mistake] | None]


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A function of the closed list.

    ``parameters`` are always given, ``optional`` may be left off from the right, ``repeated`` may
    follow any number of times as a group. ``refusal`` names the argument (0-based) that is known to
    be wrong before any value is, and its mistake.
    """

    name: str
    parameters: tuple[ArgumentKind, ...]
    optional: tuple[ArgumentKind, ...]
    repeated: tuple[ArgumentKind, ...]
    result: ArgumentKind
    code: Callable[..., Any]
    refusal: Refusal | None = None

    def accepts(self, count: int) -> bool:
        """Return whether the function can be called with ``count`` arguments."""
        least, most = len(self.parameters), len(self.parameters) + len(self.optional)
        if self.repeated and count > most:
            return count <= 255 and (count - most) % len(self.repeated) == 0
        return least <= count <= most

    def wrong_count(self, name: str, given: int) -> Mistake:
        """The mistake of calling the function, as ``name``, with ``given`` arguments."""
        least, step = len(self.parameters), len(self.repeated)
        most = least + len(self.optional)
        known = "fixed_count" if least == most else "count_between"
        code = ("least_count" if step == 1 else "count_in_steps") if step else known
        return Mistake(code, name=name, given=given, least=least, most=most, step=step)

    def kind(self, index: int) -> ArgumentKind:
        """Return how the argument at ``index`` (0-based) is passed."""
        named = self.parameters + self.optional
        return (
            named[index] if index < len(named) else self.repeated[(index - len(named)) % len(self.repeated)]
        )


class FunctionRegistry(dict[str, FunctionSpec]):
    """Functions by name, entered by decorating their code."""

    def excel(
        self,
        name: str,
        *parameters: ArgumentKind,
        result: ArgumentKind,
        optional: tuple[ArgumentKind, ...] = (),
        repeated: tuple[ArgumentKind, ...] = (),
        refusal: Refusal | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Enter the decorated code as Excel's ``name``."""

        def enter(code: Callable[..., Any]) -> Callable[..., Any]:
            """Enter ``code`` and return it as it is."""
            self[name] = FunctionSpec(name, parameters, optional, repeated, result, code, refusal)
            return code

        return enter
