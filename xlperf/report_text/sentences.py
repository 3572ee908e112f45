"""A passage → sentences: figures with what their words say of them, and the words that split totals."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from xlperf.notation import Quantity
from xlperf.notation.sums import blank_brackets
from xlperf.report_text.grammar import grammar
from xlperf.report_text.lexer import FIGURE, TEXT, YEAR, Token, tokens

_LONGEST_NOUN = 8
_LONGEST = 3000
"""Letters beyond which something is no sentence that a person wrote; it is not read."""


@dataclass(frozen=True, slots=True)
class SentenceFigure:
    """A figure of a sentence and what the words before it say.

    ``role`` is a declared role or "", ``name`` a concept whose name is all that is said, ``mentioned``
    every concept that is said; ``derived`` names how it follows from other figures. ``year`` is 0
    where none is named. ``group`` counts semicolons, ``clause`` all marks before it; ``at`` is the
    place of its token in the sentence. ``whole_year``: nothing but a year and a role is said.
    """

    quantity: Quantity
    at: int
    start: int
    end: int
    label: str
    role: str = ""
    name: str = ""
    mentioned: tuple[str, ...] = ()
    derived: str = ""
    whole: str = ""
    year: int = 0
    group: int = 0
    clause: int = 0
    aside: bool = False
    total: bool = False
    whole_year: bool = False

    @property
    def side(self) -> str:
        """The role as formulas name it: every kind of budget is one."""
        return grammar().roles.get(self.role, "")

    @property
    def plain(self) -> bool:
        """Whether it is an exact figure in its own right, no threshold, difference or share."""
        return not self.derived and not self.aside and self.quantity.comparator == "="


@dataclass(frozen=True, slots=True)
class Split:
    """A word that splits a total: its token's place and whether all, any or main parts follow."""

    at: int
    kind: str


@dataclass(slots=True)
class Sentence:
    """One sentence. ``head`` is the figure that a bracket explains; ``passage`` numbers the paragraph."""

    text: str
    tokens: list[Token]
    passage: int = 0
    topic: str = ""
    head: SentenceFigure | None = None
    figures: list[SentenceFigure] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    inner: list["Sentence"] = field(default_factory=list)
    before: "Sentence | None" = None


def sentences(text: str, passage: int = 0) -> list[Sentence]:
    """The sentences of a squeezed passage, each knowing the one before it and those in its brackets."""
    masked, brackets = blank_brackets(text)
    found: list[Sentence] = []
    for start, end in _spans(masked):
        sentence = _sentence(masked[start:end], text[start:end], passage, None)
        for opening, closing in brackets:
            if start <= opening < end:
                _explain(sentence, text[opening + 1 : closing - 1], opening - start, passage)
        sentence.before = found[-1] if found else None
        found.append(sentence)
    return found


def _explain(sentence: Sentence, text: str, at: int, passage: int) -> None:
    """Add the sentence in a bracket that explains the figure before it: 28个（…）, 28个站点（其中…）."""
    masked, _ = blank_brackets(text)
    last = next((figure for figure in reversed(sentence.figures) if figure.end <= at), None)
    head = last if last and (last.end == at or _counts_nouns(sentence.text[last.end : at], masked)) else None
    if head is not None:
        sentence.inner.append(_sentence(masked, text, passage, head))


def _counts_nouns(between: str, text: str) -> bool:
    """Whether only a noun is between a figure and a bracket with ``text`` that splits it."""
    first = tokens(text)[:1]
    noun = [token.kind for token in tokens(between)]
    return (
        len(between) <= _LONGEST_NOUN
        and all(kind == TEXT for kind in noun)
        and all(letter.isalnum() for letter in between)
        and any(token.means("split") is not None for token in first)
    )


def _spans(text: str) -> Iterator[tuple[int, int]]:
    ends = set(grammar().raw["marks"]["ends"])
    cuts = [0, *(place + 1 for place, character in enumerate(text) if character in ends), len(text)]
    yield from ((start, end) for start, end in pairwise(cuts) if end > start)


def _sentence(masked: str, text: str, passage: int, head: SentenceFigure | None) -> Sentence:
    sentence = Sentence(text, tokens(masked) if len(text) <= _LONGEST else [], passage, head=head)
    _SentenceReader(sentence).read()
    return sentence


class _SentenceReader:
    """Goes through a sentence's tokens once and keeps what the next figure will need to know."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.label: list[Token] = []
        self.before_lead: list[Token] = []
        self.clause_start = 0
        self.group = self.clause = 0
        self.concept = ""
        self.year = 0
        self.year_after: int | None = None
        self.asides = grammar().asides

    def read(self) -> None:
        """Fill the sentence's figures and splits."""
        for at, token in enumerate(self.sentence.tokens):
            if token.kind == FIGURE:
                self._figure(at, token)
            elif (kind := token.means("split")) is not None and self._may_split(at):
                self.sentence.splits.append(Split(at, kind))
                self._forget()
                self.concept = ""
            elif token.kind == "mark":
                self._mark(token)
            else:
                if token.kind == YEAR:
                    self._dated(at, token)
                self.label.append(token)

    def _dated(self, at: int, token: Token) -> None:
        """Note the year that is spoken of; one to compare with (比2022年) only until the next mark."""
        before = "".join(earlier.text for earlier in self.sentence.tokens[:at][-1:])
        if before.endswith(tuple(grammar().raw["compared"]["words"])) and self.year_after is None:
            self.year_after = self.year
        self.year = token.year

    def _may_split(self, at: int) -> bool:
        earlier = [token for token in self.sentence.tokens[:at] if token.text.strip()]
        kind = self.sentence.tokens[at].means("split")
        follows = not earlier or earlier[-1].kind in (FIGURE, "mark")
        return follows and (kind != "part" or self._lists(at))

    def _lists(self, at: int) -> bool:
        """Whether a figure follows before the next semicolon: 主要是任务增加；… lists nothing."""
        for token in self.sentence.tokens[at + 1 :]:
            if token.kind == FIGURE or token.means("mark") == "leads":
                return True
            if token.means("mark") == "groups":
                return False
        return False

    def _mark(self, token: Token) -> None:
        if token.means("mark") == "leads":
            if said := [token for token in self.label if not _silent(token)]:
                self.before_lead = said
                self.concept = _described(said)[0] or self.concept
                self.sentence.topic = self.sentence.topic or self.concept
            self.label = []
            return
        self.clause += 1
        self.group += token.means("mark") == "groups"
        if self.year_after is not None:
            self.year, self.year_after = self.year_after, None
        self._forget()

    def _forget(self) -> None:
        self.label, self.before_lead = [], []

    def _figure(self, at: int, token: Token) -> None:
        assert token.quantity is not None
        said = [token for token in self.label if not _silent(token)] or self.before_lead
        derived = _derived(said, token.quantity.unit) or self._share_of_last(at, token)
        name, named_all = _described(said)
        name = name or _after(self.sentence.tokens[at + 1 :])
        if name:
            self.concept = name
        elif said and not (named_all and _goes_on(said)):
            self.concept = ""
        mentioned = tuple(meaning for token in said if (meaning := token.means("concept")))
        figure = SentenceFigure(
            token.quantity,
            at,
            token.start,
            token.end,
            "".join(token.text for token in said),
            role=next((role for token in reversed(said) if (role := token.means("role"))), ""),
            name=self.concept,
            mentioned=mentioned,
            derived=derived,
            whole=_whole(said) if derived else "",
            year=self.year,
            group=self.group,
            clause=self.clause,
            aside="".join(token.text for token in said).startswith(self.asides),
            total=_is_total(said, self.sentence.tokens[:at]),
            whole_year=_bare(said)
            and not self.sentence.splits
            and not any(token.kind == TEXT for token in self.sentence.tokens[:at]),
        )
        self.sentence.figures.append(figure)
        self._forget()

    def _share_of_last(self, at: int, token: Token) -> str:
        """The derivation of a share of the figure right before: 占计划300户的95%."""
        last = self.sentence.figures[-1:]
        for name, entry in grammar().raw["derived"].items():
            if last and "of" in entry and token.quantity and token.quantity.unit == entry["unit"]:
                between = "".join(each.text for each in self.sentence.tokens[last[0].at + 1 : at])
                if between == entry["link"] and re.search(entry["of"], last[0].label):
                    return str(name)
        return ""


def _is_total(said: Sequence[Token], before: Sequence[Token]) -> bool:
    """Whether the words before a figure only say that it is a total: 合计, or 共 right behind a mark."""
    if said:
        return all(token.means("total") is not None for token in said)
    words = [token.text for token in before[-1:]]
    return words == [grammar().raw["bare_total"]] and any(token.kind == "mark" for token in before[-2:-1])


def _silent(token: Token) -> bool:
    return token.means("filler") is not None or not token.text.strip()


def _goes_on(said: Sequence[Token]) -> bool:
    """Whether the words speak on of what was named before: 实际支出, 2023年决算 do, 人员 and 合计 do not."""
    kinds = {token.kind for token in said}
    return bool(kinds & {"role", "derived", *_WHOLE}) and "total" not in kinds


def _bare(said: Sequence[Token]) -> bool:
    """Whether the words say a year and a role and nothing else: 2024年全年预算资金."""
    kinds = {token.kind for token in said}
    whole = tuple(grammar().raw["modifiers"]["whole"])
    dated = any(token.kind in _WHOLE or token.text.startswith(whole) for token in said)
    return "role" in kinds and dated and kinds <= {"role", "modifier", *_WHOLE}


_WHOLE = frozenset({YEAR, "whole-year"})


def _after(following: Sequence[Token]) -> str:
    """The concept that a noun right behind the figure names: 29个编制."""
    if not following:
        return ""
    concepts = grammar().raw["concepts"]
    meaning = following[0].means("concept")
    return meaning if meaning and following[0].text in concepts[meaning].get("after", ()) else ""


def _derived(said: Sequence[Token], unit: str) -> str:
    """The derivation that the words name: the last of them, or one anywhere before a named whole."""
    known = grammar().derived
    last = next((token for token in reversed(said) if token.kind != "modifier"), None)
    if any(word in token.text for token in said for word in grammar().raw["parallel"]):
        return ""
    for token in reversed(said):
        for kind, meaning in token.meanings:
            if kind != "derived" or known[meaning].unit not in (unit, "*"):
                continue
            if token is last or _is_share(meaning):
                return meaning
    return ""


@cache
def _is_share(derived: str) -> bool:
    """Whether a derivation divides a part by its whole: the whole may be named behind the word."""
    operands = grammar().raw["operands"]
    names = {name for formula in grammar().derived[derived].formulas for name in formula.names}
    return any(operands[name] == "whole" for name in names)


def _whole(said: Sequence[Token]) -> str:
    """The words after the last derivation word: 占基本支出的 → 基本支出."""
    last = max((place for place, token in enumerate(said) if token.means("derived")), default=-1)
    return "".join(token.text for token in said[last + 1 :])


def _described(said: Sequence[Token]) -> tuple[str, bool]:
    """The concept that the words name, and whether they say nothing else.

    Other words may come first when a year or a word for the whole year sets them apart:
    某局2024年全年基本支出 is the 基本支出 of the unit, 财政拨款基本支出 is something else.
    """
    texts = [place for place, token in enumerate(said) if token.kind == TEXT]
    rest = said[texts[-1] + 1 :] if texts else said
    apart = not texts or (bool(rest) and rest[0].kind in (YEAR, "whole-year"))
    concepts = [meaning for token in rest if (meaning := token.means("concept"))]
    others = [meaning for token in said if (meaning := token.means("concept"))]
    if not apart or len(others) > 1:
        return "", False
    return (concepts[0] if concepts else ""), True
