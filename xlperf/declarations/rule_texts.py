"""schemas/messages.json → the messages that all rules share, with their holes parsed."""

from dataclasses import dataclass
from functools import cache

from xlperf.declarations.model import Message
from xlperf.declarations.rule_loading import read_message
from xlperf.declarations.texts import texts_of


@dataclass(frozen=True, slots=True)
class Wording:
    """``rounding`` and ``rounding_fix`` are for a difference that rounding explains; ``error`` is printed in
    a message in place of an Excel error.
    """

    rounding: Message
    rounding_fix: Message
    error: str


@cache
def wording() -> Wording:
    """The shared messages of this installation, read once."""
    declared = texts_of("messages")
    rounding, place = declared["rounding"], "messages.json：rounding"
    return Wording(
        read_message(rounding["message"], f"{place}/message"),
        read_message(rounding["fix"], f"{place}/fix"),
        declared["error"],
    )
