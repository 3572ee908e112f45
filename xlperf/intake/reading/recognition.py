"""What printed texts are (titles, keys, dashes, years, figures), and which form a region of them is."""

import re
import unicodedata
from collections.abc import Sequence

from xlperf.declarations.source import texts_of
from xlperf.intake.page import BLANKS, PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.lexicon import Label, Lexicon
from xlperf.intake.reading.texts import PrintedFigure, figure, squeeze, tidy

_YEAR_IN_WORDS = re.compile(r"二[〇零○Ｏ0O][一二三][〇零○Ｏ0O一二三四五六七八九](?=年)")
_KEYS = {
    names.PROJECT_NAME,
    names.DEPARTMENT,
    names.LEVEL1,
    names.LEVEL3,
    names.TOTAL_FUNDS,
    names.STAFF_QUOTA,
}
_FEWEST_OPTIONS = 2
_LONGEST_PAIR, _LONGEST_LINE = 60, 160
_NOT_TITLES = ("block", "field", "level", "indicator_column", "goal", "note")
_HALF = str.maketrans("（）％：", "()%:")
_KINDS_OF_SIGNS = ("fact", "field", "group", "level", "row", "basic_row", "goal")
_FUND_ROWS = {*names.FUNDS}
_AMOUNTS_OF_LIST = 2
_RESULT_COLUMNS = (names.EXECUTED, names.RATE)


def key_of(lex: Lexicon, text: str) -> str | None:
    """The concept of which a form has just one, so that a second one begins another form."""
    kinds = ("field", "level", "row", "fact")
    return next((name for kind, name in lex.label(text).means if kind in kinds and name in _KEYS), None)


def is_title(lex: Lexicon, text: str) -> bool:
    """Whether a text is the title of a form."""
    label = lex.label(text)
    return label.of("title") is not None and not label.of(*_NOT_TITLES)


def is_header_row(lex: Lexicon, cells: Sequence[PageCell]) -> bool:
    """Whether a row holds nothing but titles, attachment numbers, lines with the year or a unit.

    Several years are headings.
    """
    labels = [lex.label(cell.text) for cell in cells]
    years = {label.year for label in labels if label.of("year") and label.year}
    return len(years) <= 1 and all(_is_header(lex, cell.text) for cell in cells)


def _is_header(lex: Lexicon, text: str) -> bool:
    label = lex.label(text)
    if is_title(lex, text) or label.of("attachment", "unit_line") or (label.of("year") and label.year):
        return True
    start, colon, _ = squeeze(text[:60]).partition(":")
    said = lex.label(start)
    return bool(colon) and (said.of("field") == names.DEPARTMENT or said.of("year") is not None)


def is_dash(lex: Lexicon, text: str) -> bool:
    """Whether a text says that there is nothing: dashes, a stroke, 不适用."""
    if len(text) > 20:
        return False
    short = squeeze(text)
    return bool(lex.marks.patterns["nothing"].fullmatch(short)) or short in lex.nothing


def is_ditto(lex: Lexicon, text: str) -> bool:
    """Whether a text says that what is above it goes on: 同上, or nothing but quotation marks."""
    return text.strip() in lex.ditto or (not squeeze(text[:60]) and bool(text.strip(BLANKS)))


def ticked(lex: Lexicon, text: str) -> str | None:
    """Of options with boxes (☑优 □良, or 优☑ 良□) the one that is ticked, "" where none is.

    None for other texts, and where several are ticked.
    """
    boxes = list(lex.marks.patterns["box"].finditer(text))
    chosen = [at for at, box in enumerate(boxes) if box[1]]
    if len(boxes) < _FEWEST_OPTIONS or len(chosen) > 1:
        return None
    if not chosen:
        return ""
    at = chosen[0]
    if boxes[0].start() == 0:
        end = boxes[at + 1].start() if at + 1 < len(boxes) else len(text)
        return tidy(text[boxes[at].end() : end])
    return tidy(text[boxes[at - 1].end() if at else 0 : boxes[at].start()])


def is_signature(lex: Lexicon, text: str) -> bool:
    """Whether a text begins with a label of a single field and a colon."""
    start, colon, _ = squeeze(text[:60]).partition(":")
    return bool(colon) and lex.label(start).of("field") is not None


def figure_of(lex: Lexicon, cell: PageCell) -> PrintedFigure | None:
    """The figure that a cell shows, with a unit behind it or not."""
    if cell.number is not None:
        return PrintedFigure(cell.number, percent=cell.percent, decimals=cell.decimals)
    return figure(squeeze(cell.text[:60]), frozenset({*lex.money, names.POINTS_WORD}))


def column_figure(lex: Lexicon, text: str) -> tuple[Label, PrintedFigure] | None:
    """A column's name and the figure behind its colon, where a text is nothing but both."""
    start, colon, rest = squeeze(text[:_LONGEST_PAIR]).partition(":")
    label = lex.label(start)
    if not colon or not label.of("money_column") or len(text) > _LONGEST_PAIR:
        return None
    shown = figure_of(lex, PageCell(0, 0, 0, 0, rest))
    return (label, shown) if shown else None


def unit_of_line(lex: Lexicon, text: str) -> str:
    """The money unit of the amounts that a line names (单位：万元), "" for none and for other lines."""
    unit = lex.marks.patterns["money"].search(squeeze(text)) if lex.label(text).of("unit_line") else None
    return unit[0] if unit else ""


def unit_inside(lex: Lexicon, text: str) -> str:
    """The money unit that a line names among other things (填报单位：…　金额单位：元), "" for none."""
    if len(text) > _LONGEST_LINE:
        return ""
    found = lex.marks.patterns["unit_inside"].search(unicodedata.normalize("NFKC", text))
    return found[1] if found else ""


def without_points(lex: Lexicon, text: str) -> str:
    """A level name without the points printed behind it, numbering and colons."""
    flat = re.sub(r"\s+", "", text)
    squeezed = lex.marks.patterns["points"]
    cut = squeezed.search(flat.translate(_HALF))
    if cut:
        flat = flat[: cut.start()] + flat[cut.end() :]
    return lex.marks.patterns["numbering"].sub("", flat.rstrip(":："))


def concept(label: Label) -> str | None:
    """What a heading is in an indicator table: a level, a column, 分值 or 得分."""
    level = label.of("level")
    money = label.of("money_column")
    if money in (names.WEIGHT, names.SCORE) and level is None:
        return money
    return level or label.of("indicator_column")


def is_amount_heading(label: Label) -> bool:
    """Whether a heading is over amounts of a year or a part of the budget."""
    return label.of("money_column", "year_column") is not None


def year_of(lex: Lexicon, texts: Sequence[str]) -> int | None:
    """The year that the first of ``texts`` with one names; titles that hold one inside come last."""
    plain = [_YEAR_IN_WORDS.sub(_figures, unicodedata.normalize("NFKC", text[:120])) for text in texts]
    for text in plain:
        if found := lex.marks.patterns["year_of_text"].search(text):
            return int(next(group for group in found.groups() if group))
    for text in plain:
        found = lex.marks.patterns["year_of_title"].search(text)
        if found and lex.label(text).of("title"):
            return int(found[1])
    return None


def _figures(year: re.Match[str]) -> str:
    """二〇二四 → 2024."""
    digits = texts_of("pages")["numerals"]["year_digits"]
    return "".join(str(max(digits.find(letter), 0)) for letter in year[0])


def kind_of(
    lines: Sequence[Sequence[PageCell]], lex: Lexicon, titles: Sequence[str], around: Sequence[str]
) -> str:
    """The kind of the form whose rows are ``lines``, "" for none.

    ``titles`` are the titles of the form, ``around`` the single lines at its top. By its title, else by the
    concepts on it; a form without results of an evaluation is none.
    """
    labels = [lex.label(cell.text) for cells in lines for cell in cells]
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
    if _is_list(lines, lex):
        return ""
    return _by_concepts(labels) if any(map(_is_result, labels)) else ""


def _is_list(lines: Sequence[Sequence[PageCell]], lex: Lexicon) -> bool:
    """Whether names of projects or units are in a column next to amounts: a list of forms."""
    for cells in lines:
        labels = [lex.label(cell.text) for cell in cells]
        named = next((at for at, label in enumerate(labels) if label.of("field") in names.NAME_FIELDS), None)
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
    goals = {names.EXPECTED, names.ACHIEVED} <= found
    if names.CHARGE in found and (names.TOTAL_FUNDS in found or goals):
        return names.PROJECT if names.DOER in found else ""
    if found & {names.LEVEL1, names.LEVEL3} or len(_FUND_ROWS & found) >= 2 or goals:
        return names.PROJECT
    return ""
