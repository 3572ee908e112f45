"""Headings of columns and sheets as people type them → keys of declared words, and the money unit named."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from xlperf.notation import normalise

_BRACKETED = re.compile(r"[（(\[【]([^（）()\[\]【】]*)[）)\]】]")
_COMMAS = re.compile("[,，、;；]")
_SEPARATORS = re.compile(r"[·・•.\-—_:：/]+")
_MOST_KNOWN = 2000


@dataclass(frozen=True, slots=True)
class Head:
    """``key`` is the same for all ways to write a heading; ``unit`` is the money unit that it names or "".

    ``is_odd``: something in brackets speaks of money, but it is no unit that is known (美元, 元/人).
    """

    key: str
    unit: str
    is_odd: bool = False


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
        asides = [_flat(aside) for aside in _BRACKETED.findall(text)]
        parts = _SEPARATORS.split(_flat(_BRACKETED.sub("", text)))
        if len(parts) > 1 and parts[-1] in self._units:
            asides.append(parts.pop())
        named = [self._unit(word) for aside in asides for word in (aside, *_COMMAS.split(aside))]
        unit = next(filter(None, named), "")
        joined = "".join(self._standard.get(part, part) for part in parts)
        is_odd = not unit and any(word in aside for aside in asides for word in self._units)
        return Head(self._standard.get(joined, joined), unit, is_odd)

    def _unit(self, aside: str) -> str:
        """The money unit that ``aside`` is: 元, 单位：万元, 人民币元, 亿; "" for anything else."""
        word = self._before.sub("", aside)
        return next((unit for unit in self._units if word in (unit, unit[:-1]) and word), "")

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


_CODE_AND_NAME = re.compile(
    r"[\[(（【]?(?=[A-Za-z.-]*[0-9])([0-9A-Za-z][0-9A-Za-z.-]{1,19}?)[\])）】]?[-—_:：|/]?([\u4e00-\u9fff].*)"
)


def code_and_name(text: str) -> tuple[str, str] | None:
    """A unit's code and name out of one cell: 001-县教育局, [001]县教育局; None for anything else."""
    found = _CODE_AND_NAME.fullmatch("".join(text.split()))
    return (found[1], found[2]) if found else None


def nearest(text: str, known: Iterable[str]) -> str:
    """The one of ``known`` that ``text`` was probably meant to be, "" when none is like it."""
    return next(iter(get_close_matches(text, list(known), n=1, cutoff=0.6)), "")
