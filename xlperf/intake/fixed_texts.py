"""The fixed texts of a sheet → the structure under a seal, the form it is most like, or why it is none.

The structure is read from the file alone: fixed texts are locked cells that no defined name covers.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from xlperf.core.cell_addresses import column_index_from_string, get_column_letter
from xlperf.core.paths import schemas_dir
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import Form, Profile
from xlperf.declarations.profile import load_form, load_profile, profile_ids
from xlperf.declarations.source import read, text_of, texts_of
from xlperf.declarations.template_fingerprint import Fixed, Structure, structured
from xlperf.declarations.value_display import percent
from xlperf.intake.book import Book
from xlperf.intake.page import Page
from xlperf.notation import label_key
from xlperf.ooxml.sheet_cells import Sheet

_LONGEST_LABEL = 120

Labels = tuple[tuple[int, str, str], ...]
"""Sheet row, column letters and compared text of every cell whose text is a fixed text of a form."""
_FEW = 3
_ASSESSMENT = "assessment"
_FEWEST_LEDGER_SHEETS = 3
_CORNERS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?$")
_RESERVED = "_xl"
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


@dataclass(frozen=True, slots=True)
class FixedTexts:
    """``rows``: index of a declared row → column letter → text; ``counts``: texts as they are compared → how
    often the form has them; ``names``: the defined names of the form's own workbook. ``form`` is kept so that
    its identity stays its own.
    """

    form: Form
    rows: Mapping[int, Mapping[str, str]]
    counts: Mapping[str, int]
    names: frozenset[str]


@cache
def fixed_texts(form: Form) -> FixedTexts:
    """The fixed texts of ``form``, gathered once."""
    rows: dict[int, dict[str, str]] = {}
    for index, row in enumerate(form.rows):
        for cell in row.cells:
            if label_key(cell.text):
                rows.setdefault(index, {})[get_column_letter(cell.first)] = cell.text
    counts = Counter(label_key(text) for columns in rows.values() for text in columns.values())
    return FixedTexts(form, rows, counts, frozenset(place(form).names()))


def labels_of(sheet: Sheet, forms: Iterable[Form]) -> Labels:
    """The cells of ``sheet`` whose text is a fixed text of one of ``forms``."""
    texts = {text for form in forms for text in fixed_texts(form).counts}
    return tuple(
        (row, letters, plain)
        for row, letters, text in sheet.texts()
        if len(text) <= _LONGEST_LABEL and (plain := label_key(text)) in texts
    )


def likeness(labels: Labels, form: Form) -> float:
    """The share of the form's fixed texts that are anywhere on the sheet, 0 to 1."""
    counts = fixed_texts(form).counts
    present = {text for _, _, text in labels}
    return sum(count for text, count in counts.items() if text in present) / sum(counts.values())


def enough() -> float:
    """The share of a form's fixed texts, 0 to 1, from which on a sheet is taken for that form."""
    share: float = texts_of("received")["certainty"]["enough"]
    return share


def is_like(sheet: Sheet, profile: Profile) -> bool:
    """Whether a sheet has enough of the fixed texts of a form of ``profile``, wherever they are."""
    labels = labels_of(sheet, profile.forms.values())
    return any(likeness(labels, form) >= enough() for form in profile.forms.values())


def is_assessment(sheet: Sheet) -> bool:
    """Whether a sheet that is no form of a profile is the one on which filings are graded."""
    form = assessment()
    return likeness(labels_of(sheet, [form]), form) >= enough()


@cache
def assessment() -> Form:
    """The form on which filings are graded; no profile asks units for it."""
    return load_form(_ASSESSMENT, profile_ids()[0])


@dataclass(frozen=True, slots=True)
class Nearest:
    """A sheet and the form it is most like: ``share`` of the form's fixed texts is on it, 0 to 1.

    ``missing`` are those that do not, in the form's order.
    """

    sheet: Sheet
    form: Form
    share: float
    missing: tuple[str, ...]


def nearest(sheets: Sequence[Sheet], profile: Profile | None) -> Nearest | None:
    """The most alike of all pairs, of ``profile`` or of every one; None where no text is shared."""
    profiles = [profile] if profile else [load_profile(name) for name in profile_ids()]
    best = max(_pairs(sheets, profiles), key=lambda pair: pair[0], default=None)
    if best is None or not best[0]:
        return None
    share, sheet, form = best
    present = {text for _, _, text in labels_of(sheet, [form])}
    texts = (text for columns in fixed_texts(form).rows.values() for text in columns.values())
    missing = dict.fromkeys("".join(text.split()) for text in texts if label_key(text) not in present)
    return Nearest(sheet, form, share, tuple(missing))


def _pairs(sheets: Sequence[Sheet], profiles: list[Profile]) -> Iterator[tuple[float, Sheet, Form]]:
    forms = [form for profile in profiles for form in profile.forms.values()]
    for sheet in sheets:
        labels = labels_of(sheet, forms)
        yield from ((likeness(labels, form), sheet, form) for form in forms)


def no_form(place: Location, sheets: Sequence[Sheet], profile: Profile | None) -> Finding:
    """What is said of a file in which no form was read: why, or that there is only what bureaus fill in."""
    if not sheets:
        return finding("F132", place)
    graded = next(filter(is_assessment, sheets), None)
    if graded is not None:
        return finding("F136", replace(place, sheet=graded.name), form_name=assessment().id)
    return finding("F130", place, reason=why(sheets, profile))


def why(sheets: Sequence[Sheet], profile: Profile | None) -> str:
    """The reason as users read it, without a full stop."""
    found, said = nearest(sheets, profile), texts_of("received")["unrecognised"]
    if found is None:
        return str(said["nothing"])
    missing = "、".join(f"“{text}”" for text in found.missing[:_FEW])
    kind = "few" if found.share < enough() else "enough"
    return str(said[kind]).format(
        sheet=found.sheet.name,
        form=found.form.id,
        share=percent(found.share),
        enough=percent(enough()),
        missing=missing,
    )


def near(sheet: Sheet, profile: Profile) -> str:
    """The same of one sheet among others that were recognised, shorter."""
    if is_assessment(sheet):
        return text_of("received", "unrecognised", "near_assessment", form=assessment().id)
    found = nearest([sheet], profile)
    if found is None:
        return text_of("received", "unrecognised", "near_nothing")
    return text_of("received", "unrecognised", "near", form=found.form.id, share=percent(found.share))


def letter_table(pages: Sequence[Page]) -> Page | None:
    """The table of findings of a letter of ours, known by its headings; None for other documents."""
    if not pages:
        return None
    headings = [str(heading) for heading in texts_of("returns")["headings"].values()]
    top = {cell.c0: cell.text for cell in pages[0].cells if cell.r0 == 0}
    is_ours = [top.get(column, "") for column in range(len(headings))] == headings
    return pages[0] if is_ours else None


def kind_of(book: Book) -> str:
    """What a workbook without forms is, as users call it; "" for a workbook that is none of ours."""
    words = texts_of("received")["own_files"]
    if book.kind == "xlsx" and not book.sheets:
        return str(words["helpers"])
    names = {sheet.name for sheet in book.sheets}
    if names >= {*words["of_problems"]}:
        return str(words["problems"])
    return str(words["ledger"]) if len(names & _ledger_sheets()) >= _FEWEST_LEDGER_SHEETS else ""


@cache
def helper_titles() -> frozenset[str]:
    """The titles that the helper sheets of working copies bear when they are written."""
    content = texts_of("working")
    return frozenset(content[name]["title"] for name in ("directory", "score", "check"))


@cache
def _ledger_sheets() -> frozenset[str]:
    return frozenset(read(schemas_dir() / "ledger.json", "ledger")["sheets"])


def structure_of(sheet: Sheet, names: Mapping[str, str]) -> Structure:
    """The structure of ``sheet``; ``names`` gives the defined names on it → reference."""
    covered = [
        area for name, text in names.items() if not name.startswith(_RESERVED) and (area := _area(text))
    ]
    fixed = (text for text in _texts(sheet) if not (_unlocked(sheet, text) or _covers(covered, text)))
    return structured(fixed, _formulas(sheet))


def laid_out(sheet: Sheet, inputs: Container[str], tables: Container[int]) -> Structure:
    """The fixed texts of a sheet that was read: those not in ``inputs`` (addresses) nor ``tables`` (rows)."""
    fixed = (text for text in _texts(sheet) if text.row not in tables and text.address not in inputs)
    return structured(fixed, ())


def _texts(sheet: Sheet) -> Iterator[Fixed]:
    merged = {area[:2]: area[2:] for text in sheet.merges if (area := _area(text))}
    for row, letters, text in sheet.texts():
        column = _column(letters)
        bottom, last = merged.get((row, column), (row, column))
        yield Fixed(row, column, bottom, last, text)


def _unlocked(sheet: Sheet, cell: Fixed) -> bool:
    return sheet.cells[cell.address][1] in sheet.unlocked


def _covers(areas: list[Area], cell: Fixed) -> bool:
    return any(
        top <= cell.row <= bottom and first <= cell.first <= last for top, first, bottom, last in areas
    )


def _formulas(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    for address in sheet.formulas():
        if sheet.cells[address][1] not in sheet.unlocked and (area := _area(address)):
            yield area[0], area[1], sheet.formula(address) or ""


@lru_cache(maxsize=8192)
def _area(text: str) -> Area | None:
    found = _CORNERS.match(text)
    if found is None:
        return None
    letters, row, last, bottom = found.groups()
    first = _column(letters)
    return int(row), first, int(bottom or row), _column(last) if last else first


@lru_cache(maxsize=256)
def _column(letters: str) -> int:
    return column_index_from_string(letters)
