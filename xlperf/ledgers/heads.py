"""Column and sheet heads as people type them → the declared ones, and the money unit they name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from xlperf.notation import normalise

_BRACKETED = re.compile(r"[（(\[【]([^（）()\[\]【】]*)[）)\]】]")
_SEPARATORS = re.compile(r"[·・•.\-—_:：/]+")


@dataclass(frozen=True, slots=True)
class Head:
    """``key`` is the same for all ways to write a head; ``unit`` is a money unit in brackets or ""."""

    key: str
    unit: str


class Headings:
    """Recognises heads. ``same`` maps a word to the words that mean the same between separators."""

    def __init__(self, same: Mapping[str, Iterable[str]], units: frozenset[str]) -> None:
        self._units = units
        self._standard = {_flat(other): _flat(word) for word, others in same.items() for other in others}

    def read(self, text: str) -> Head:
        """The head ``text`` without blanks, line breaks, separators and brackets, in standard words."""
        unit = next((word for word in map(_flat, _BRACKETED.findall(text)) if word in self._units), "")
        bare = _flat(_BRACKETED.sub("", text))
        parts = (self._standard.get(part, part) for part in _SEPARATORS.split(bare))
        joined = "".join(parts)
        return Head(self._standard.get(joined, joined), unit)


def _flat(text: str) -> str:
    return "".join(normalise(text).split())


def nearest(text: str, known: Iterable[str]) -> str:
    """The one of ``known`` that ``text`` was probably meant to be, "" when none is like it."""
    return next(iter(get_close_matches(text, list(known), n=1, cutoff=0.6)), "")
