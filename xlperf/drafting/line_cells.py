"""A sentence with room to write in (填表人：  日期：  ) → the text of a line cell with its fields."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from xlperf.declarations.source import texts_of
from xlperf.drafting.wording import pattern

_LABEL = re.compile(r"([^\s：:（）()，。；、]{2,14})(?:[（(][^（）()]*[）)])?[：:]")
_PRINTED_ROOM = "\N{IDEOGRAPHIC SPACE}" * 5
_GAP = "    "


@dataclass(frozen=True, slots=True)
class LineCell:
    """``text`` as a declaration has it, with @field; ``labels`` maps each field to its label."""

    text: str
    labels: dict[str, str]
    filled: tuple[str, ...]
    """Labels after which something is printed, so that they stay as they are."""


def as_line(text: str, name: Callable[[str], str]) -> LineCell | None:
    """``text`` as a line, ids by ``name``; None where it leaves no room to write."""
    found = list(_LABEL.finditer(text))
    words = texts_of("drafting")
    labels: dict[str, str] = {}
    filled: list[str] = []
    made = text[: found[0].end()] if found else ""
    for number, match in enumerate(found):
        is_last = number + 1 == len(found)
        gap = text[match.end() :] if is_last else text[match.end() : found[number + 1].start()]
        is_asked = pattern(words["lines"]).search(match[1]) and not pattern(words["unfilled"]).search(
            match[1]
        )
        if is_asked and not gap.strip():
            field = name(match[1])
            labels[field] = match[1]
            rest = gap.removeprefix(_PRINTED_ROOM)
            made += f"@{field}" + ("" if is_last else rest or _GAP)
        else:
            made += gap
            if is_asked:
                filled.append(match[1])
        if not is_last:
            made += found[number + 1].group()
    return LineCell(made, labels, tuple(filled)) if labels else None
