"""One sentence's text → tokens: figures with units, years, declared words, marks, and other text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from xlperf.notation import Quantity, normalise
from xlperf.notation.declared_words import notation, one_of
from xlperf.notation.quantities import agree, comparator_words, make_quantity
from xlperf.notation.typed_values import number_pattern, printed, scale
from xlperf.report_text.grammar import Meaning, grammar

FIGURE, YEAR, TEXT = "figure", "year", "text"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text from ``start`` to ``end``.

    ``meanings`` are those of a declared word, empty for figures, years and other text; ``kind`` is
    ``figure``, ``year``, ``text`` or the class of the first meaning.
    """

    kind: str
    text: str
    start: int
    end: int
    meanings: tuple[Meaning, ...] = ()
    quantity: Quantity | None = None
    year: int = 0

    def means(self, kind: str) -> str | None:
        """What the word means as a ``kind``; None where it is none."""
        return next((meaning for meant_as, meaning in self.meanings if meant_as == kind), None)


def squeezed(text: str) -> str:
    """``text`` in one spelling and without blanks, as all of this package reads it."""
    return "".join(normalise(text).split())


def tokens(text: str) -> list[Token]:
    """The tokens of squeezed ``text``, in order and without gaps."""
    found: list[Token] = []
    rest = 0
    for token in _known(text):
        if token.start > rest:
            found.append(Token(TEXT, text[rest : token.start], rest, token.start))
        found.append(token)
        rest = token.end
    if rest < len(text):
        found.append(Token(TEXT, text[rest:], rest, len(text)))
    return found


def lone_year(text: str) -> int:
    """The year that is all of squeezed ``text``; 0 for another text."""
    match = _year_pattern().fullmatch(text)
    return int(match[1]) if match else 0


def _known(text: str) -> Iterator[Token]:
    """The tokens that mean something; at one place a year, else a figure, else the longest word."""
    searches = _next_year, _next_figure, _next_word
    coming = [search(text, 0) for search in searches]
    while found := [token for token in coming if token]:
        first = min(found, key=lambda token: token.start)
        yield first
        coming = [
            search(text, first.end) if token and token.start < first.end else token
            for search, token in zip(searches, coming, strict=True)
        ]


def _next_year(text: str, at: int) -> Token | None:
    match = _year_pattern().search(text, at)
    return Token(YEAR, match[0], match.start(), match.end(), year=int(match[1])) if match else None


def _next_word(text: str, at: int) -> Token | None:
    match = grammar().pattern.search(text, at)
    if match is None:
        return None
    meanings = grammar().lexicon[match[0]]
    return Token(meanings[0][0], match[0], match.start(), match.end(), meanings)


def _next_figure(text: str, at: int) -> Token | None:
    for match in _figures(text, at):
        if token := _figure(text, match):
            return token
    return None


def _figures(text: str, at: int) -> Iterator[re.Match[str]]:
    """Every match from ``at`` on, also those that begin inside another."""
    while match := _figure_pattern().search(text, at):
        yield match
        at = match.start() + 1


def _figure(text: str, match: re.Match[str]) -> Token | None:
    """A number with a unit; one without is a name or a place in a list."""
    if text.startswith(notation()["unit_phrases"]["per_sign"], match.end()):
        return None
    meaning = comparator_words()
    comparator = agree(
        meaning[place][match[place].lower()] for place in ("before", "inside", "after") if match[place]
    )
    number = printed(match["number"])
    if part := match["part"]:
        quantity = make_quantity(comparator or "<", number, 1 / printed(str(_parts()[part])), part, match[0])
    else:
        factor, unit = scale(match["multiplier"] or "", match["unit"] or "")
        if not unit:
            return None
        quantity = make_quantity(comparator or "<", number, factor, unit, match[0])
    return Token(FIGURE, match[0], match.start(), match.end(), quantity=quantity)


def _parts() -> dict[str, int]:
    return notation()["numbers"]["parts"]


def _units() -> Iterator[str]:
    """Every spelling of a unit; 384.12万元、人员经费 is no figure in 元 and 人."""
    for unit, others in notation()["units"].items():
        yield from (unit, *others)
    yield from notation()["money"]["words"]


@cache
def _year_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9.])((?:19|20)[0-9]{{2}}){one_of(grammar().raw['years']['after'])}")


@cache
def _figure_pattern() -> re.Pattern[str]:
    """comparator? number (% | 余? 万? unit?) comparator?; not after 第, a letter or another digit."""
    place = {name: one_of(meaning) for name, meaning in comparator_words().items()}
    ordinal = "".join(map(re.escape, grammar().raw["marks"]["ordinals"]))
    pieces = [
        f"(?P<before>{place['before']})?",
        rf"(?<![0-9.{ordinal}A-Za-z])(?P<number>{number_pattern()})",
        f"(?:(?P<part>{one_of(_parts())})|(?P<inside>{place['inside']})?"
        f"(?P<multiplier>{one_of(notation()['numbers']['multipliers'])})?"
        f"{place['inside']}?(?P<unit>(?:{one_of(_units())})(?!(?<=[A-Za-z])[A-Za-z]))?)",
        f"(?P<after>{place['after']})?",
    ]
    return re.compile("".join(pieces), re.IGNORECASE)
