"""The declared forms → what marks their heads on a sheet: titles, first labels, table headings.

Years, wording and what is added where a form goes on over the page do not matter.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import unescape
from itertools import pairwise

from xlperf.declarations.model import Form
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import texts_of
from xlperf.intake.label_normaliser import loose

_YEAR = re.compile(r"20[0-9]{2}年度?")
LONGEST = 40
"""Letters beyond which a text is no heading."""
_FEWEST_LETTERS = 8
"""Letters from which on a title may leave out the words in front."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Titles and first labels → the forms that begin so; the texts of all rows above table rows.

    ``once`` are those of them that no form has a second time.
    """

    titles: Mapping[str, tuple[Form, ...]]
    firsts: Mapping[str, tuple[Form, ...]]
    columns: frozenset[str]
    once: frozenset[str]


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """A text as far as it tells what stands there: no year, no number, no "continued"."""
    return _continued().sub("", loose(_YEAR.sub("", "".join(text.split())), 0))


def is_caption(text: str) -> bool:
    """Whether ``text`` stands above a title, as 附件1 does."""
    return text.strip().startswith(_captions())


@cache
def headings() -> Headings:
    """Those of every form of every profile."""
    titles: dict[str, tuple[Form, ...]] = {}
    firsts: dict[str, tuple[Form, ...]] = {}
    columns: set[str] = set()
    twice: set[str] = set()
    for form in (form for name in profile_ids() for form in load_profile(name).forms.values()):
        texts = [[cell.text for cell in row.cells if plain(cell.text)] for row in form.rows]
        first = next(index for index, row in enumerate(form.rows) if len(row.cells) > 1)
        for title in (text for row in texts[:first] for text in row if not is_caption(text)):
            titles[plain(title)] = (*titles.get(plain(title), ()), form)
        label = plain(texts[first][0])
        firsts[label] = (*firsts.get(label, ()), form)
        columns.update(plain(text) for text in _above_tables(form, texts))
        counted = Counter(plain(text) for row in texts for text in row)
        twice.update(text for text, count in counted.items() if count > 1)
    return Headings(titles, firsts, frozenset(columns), frozenset(columns - twice))


def _above_tables(form: Form, texts: Sequence[Sequence[str]]) -> Iterator[str]:
    for above, (row, below) in zip(texts, pairwise(form.rows), strict=False):
        if below.table and not row.table:
            yield from above


@lru_cache(maxsize=16384)
def mark(text: str) -> str:
    """What only one cell of a form can be: its title, its first label, a certain column heading; else "".

    ``text`` may be escaped as in XML.
    """
    text = unescape(text)
    if len(text) > LONGEST:
        return ""
    key, known = plain(text), headings()
    if key in known.once:
        return key
    return "first" if key in known.firsts else "title" if titled(key) else ""


@lru_cache(maxsize=16384)
def titled(text: str) -> tuple[Form, ...]:
    """The forms that ``text``, as ``plain`` gives it, is the title of."""
    for title, forms in headings().titles.items():
        if text.endswith(title) or (len(text) >= _FEWEST_LETTERS and title.endswith(text)):
            return forms
    return ()


@cache
def _captions() -> tuple[str, ...]:
    return tuple(texts_of("received")["captions"])


@cache
def _continued() -> re.Pattern[str]:
    return re.compile(texts_of("received")["continued"])
