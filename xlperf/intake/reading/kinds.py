"""Which form a region is: by its title, else by the concepts on it; none without results of an evaluation."""

from collections.abc import Sequence

from xlperf.intake.reading import names
from xlperf.intake.reading.grid import Region
from xlperf.intake.reading.labels import Label
from xlperf.intake.reading.lexicon import Lexicon
from xlperf.intake.reading.texts import concept

_KINDS_OF_SIGNS = ("fact", "field", "group", "level", "row", "basic_row", "goal")
_FUND_ROWS = {names.TOTAL_FUNDS, "当年财政拨款", "上年结转资金"}
_LISTED = (names.PROJECT_NAME, names.DEPARTMENT, names.CHARGE, names.DOER)
_AMOUNTS_OF_LIST = 2
_RESULT_COLUMNS = (names.EXECUTED, names.RATE)


def kind_of(region: Region, lex: Lexicon, titles: Sequence[str], around: Sequence[str]) -> str:
    """The kind of form, "" for none; ``titles`` are its titles, ``around`` the single lines at its top."""
    labels = [lex.label(cell.text) for cell in region.cells]
    if _is_assessment(labels):
        return names.ASSESSMENT
    if any(lex.label(title).of("other_title") == names.SUMMARY for title in titles):
        return ""
    for title in titles:
        kind = lex.label(title).of("title")
        if kind and kind not in (names.UNDECIDED, names.ASSESSMENT):
            return kind
    if any(lex.label(text).of("other_title") for text in around):
        return ""
    if _is_list(region, lex):
        return ""
    return _by_concepts(labels) if any(map(_is_result, labels)) else ""


def _is_list(region: Region, lex: Lexicon) -> bool:
    """Whether names of projects or units are in a column next to amounts: a list of forms."""
    for _, cells in region.rows():
        labels = [lex.label(cell.text) for cell in cells]
        named = next((at for at, label in enumerate(labels) if label.of("field") in _LISTED), None)
        if named is None or any(cell.number is not None for cell in cells):
            continue
        after = labels[named + 1 :]
        amounts = [label for label in after if label.of("money_column", "year_column")]
        if len(amounts) >= _AMOUNTS_OF_LIST and after[0].means and after[-1].means:
            return True
    return False


def _is_assessment(labels: Sequence[Label]) -> bool:
    """Standards of marks, marks and points of two levels, and no values that were reached."""
    said = {concept(label) for label in labels}
    return (
        any(label.of("standard") for label in labels)
        and {names.LEVEL1, names.LEVEL2, names.WEIGHT, names.SCORE} <= said
        and not said & {names.ACTUAL, names.TARGET, names.LEVEL3}
    )


def _is_result(label: Label) -> bool:
    return (
        concept(label) in (names.ACTUAL, names.SCORE)
        or label.of("money_column") in _RESULT_COLUMNS
        or label.of("year_column") == names.FINAL
        or label.of("goal") == names.ACHIEVED
        or label.of("fact") is not None
    )


def _by_concepts(labels: Sequence[Label]) -> str:  # noqa: PLR0911 - one return a kind
    found = {name for label in labels for kind, name in label.means if kind in _KINDS_OF_SIGNS}
    basic = [name.split("/")[0] for name in found if name.startswith(names.BASIC_STARTS)]
    if len(basic) >= 3 and len(set(basic)) >= 2:
        return names.BASIC
    groups = {name for label in labels for kind, name in label.means if kind == "group"}
    body = {names.TOTAL_FUNDS, names.LEVEL1, names.LEVEL3} & found
    if groups:
        return names.UNIT
    if names.PROJECT_NAME in found:
        return names.PROJECT
    if names.DEPARTMENT in found and body:
        return names.UNIT
    if names.CHARGE in found and names.TOTAL_FUNDS in found:
        return names.PROJECT if names.DOER in found else ""
    goals = {names.EXPECTED, names.ACHIEVED} <= found
    if found & {names.LEVEL1, names.LEVEL3} or len(_FUND_ROWS & found) >= 2 or goals:
        return names.PROJECT
    return ""
