"""Lists of names with a stated number → judgements: 内设机构8个，分别为：甲、乙、丙……"""

from collections.abc import Iterator

from xlperf.report_text.grammar import grammar
from xlperf.report_text.judgement import Judgement, printed
from xlperf.report_text.sentences import Sentence, SentenceFigure

_NAMED = "R122"
_FEWEST = 3
_LONGEST_NAME = 20


def counted_names(sentence: Sentence) -> Iterator[Judgement]:
    """The stated number against the names listed; a joining word may be part of a name."""
    declared = grammar().raw["lists"]
    for figure in sentence.figures:
        if figure.quantity.unit not in declared["units"] or not figure.plain:
            continue
        names = _names(sentence, figure)
        if names is None:
            continue
        last = names[-1]
        joins = sum(join in name for join in declared["joins"] for name in names)
        possible = range(len(names), len(names) + joins + 1)
        right = figure.quantity.value in possible or last.endswith(tuple(declared["others"]))
        unit = figure.quantity.unit
        context = {"label": figure.label, "names": declared["separators"].join(names)}
        yield Judgement(
            "" if right else _NAMED, sentence, figure, printed(figure), f"{len(names)}{unit}", context
        )


def _names(sentence: Sentence, figure: SentenceFigure) -> list[str] | None:
    """The names behind the opener right after ``figure``; None where there is no plain list of names."""
    declared, marks = grammar().raw["lists"], grammar().raw["marks"]
    rest = sentence.tokens[figure.at + 1 :]
    opener = next((place for place, token in enumerate(rest) if token.means("opener") is not None), None)
    if opener is None or any(not _between(token.text) for token in rest[:opener]):
        return None
    start = rest[opener].end
    if any(figure_after.start >= start for figure_after in sentence.figures):
        return None
    masked = "".join(token.text for token in rest[opener + 1 :])
    body = masked.strip("".join((*marks["leads"], *marks["ends"], *marks["groups"], " ")))
    names = [name.strip() for name in body.split(declared["separators"])]
    plain = all(name and len(name) <= _LONGEST_NAME and not _punctuated(name) for name in names)
    return names if len(names) >= _FEWEST and plain else None


def _between(text: str) -> bool:
    marks = grammar().raw["marks"]
    return all(character in marks["items"] + marks["leads"] + " " for character in text)


def _punctuated(name: str) -> bool:
    marks, separators = grammar().raw["marks"], grammar().raw["lists"]["separators"]
    return any(
        mark in name for mark in marks["groups"] + marks["leads"] + marks["items"] if mark not in separators
    )
