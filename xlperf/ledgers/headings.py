"""Headings of columns and sheets as people type them → keys of declared words, and the money unit named."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from xlperf.notation import normalise

_BRACKETED = re.compile(r"[（(\[【]([^（）()\[\]【】]*)[）)\]】]")
_SEPARATORS = re.compile(r"[·・•.\-—_:：/]+")
_MOST_KNOWN = 2000


@dataclass(frozen=True, slots=True)
class Head:
    """``key`` is the same for all ways to write a heading; ``unit`` is a money unit in brackets or ""."""

    key: str
    unit: str


class Headings:
    """Recognises headings. ``same`` maps a word to the words that mean the same between separators.

    ``before`` is a pattern of words that may come before one of the money ``units`` in brackets,
    ``leads`` one of numbering and the like before a heading.
    """

    def __init__(
        self, same: Mapping[str, Iterable[str]], units: frozenset[str], before: str = "", leads: str = "(?!)"
    ) -> None:
        self._units, self._before, self._leads = units, re.compile(before), re.compile(leads)
        self._same = {_flat(word): [_flat(other) for other in others] for word, others in same.items()}
        self._words = {_flat(word): list(others) for word, others in same.items()}
        self._standard = {other: word for word, others in self._same.items() for other in others}
        self.read = lru_cache(maxsize=_MOST_KNOWN)(self._read)

    def _read(self, text: str) -> Head:
        """The heading ``text`` without blanks, line breaks, separators and brackets, in standard words."""
        asides = (self._before.sub("", _flat(aside)) for aside in _BRACKETED.findall(text))
        unit = next((word for word in asides if word in self._units), "")
        bare = _flat(_BRACKETED.sub("", text))
        parts = (self._standard.get(part, part) for part in _SEPARATORS.split(bare))
        joined = "".join(parts)
        return Head(self._standard.get(joined, joined), unit)

    def bare_key(self, text: str) -> str:
        """The key of ``text`` without the numbering and the 其中 before it."""
        lead = self._leads.match(_flat(text))
        return self.read(_flat(text)[lead.end() :] if lead else text).key

    def spellings(self, word: str) -> list[str]:
        """The keys of ``word`` and of all that means the same."""
        flat = _flat(word)
        return [flat, *("".join(_SEPARATORS.split(other)) for other in self._same.get(flat, ()))]

    def words(self, word: str) -> list[str]:
        """``word`` and all that means the same, as declared."""
        return [word, *self._words.get(_flat(word), ())]


def _flat(text: str) -> str:
    return "".join(normalise(text).split())


def nearest(text: str, known: Iterable[str]) -> str:
    """The one of ``known`` that ``text`` was probably meant to be, "" when none is like it."""
    return next(iter(get_close_matches(text, list(known), n=1, cutoff=0.6)), "")
