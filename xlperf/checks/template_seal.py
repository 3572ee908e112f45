"""The seal of a workbook → whether each form is as issued, of an older issue, or altered since, and how.

Of two lists of fixed texts each text is reworded, moved, gone, added or merged otherwise.
"""

from collections.abc import Container, Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

from xlperf.checks.context import CheckContext, first_of
from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.form_layout import Placement, place
from xlperf.declarations.forms_and_rules import Cell, Form, Profile
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.template_fingerprint import (
    FINGERPRINT_PROPERTY,
    PROFILE_PROPERTY,
    VERSION_PROPERTY,
    SealedLabel,
    declared_structure,
    read_fingerprint,
)
from xlperf.intake.fixed_texts import fixed_texts, laid_out, structure_of
from xlperf.intake.received import SheetReading
from xlperf.intake.sealed_workbooks import Layout
from xlperf.notation import label_key
from xlperf.ooxml.sheet_cells import Sheet

_FEW = 5


def moves(declared: Sequence[SealedLabel], found: Sequence[SealedLabel]) -> list[str]:
    """A clause for each difference: ``declared`` lies where it would today, had nothing been changed.

    A text that only lies lower or higher because rows went in or out above it has not moved.
    """
    matcher = SequenceMatcher(
        None, [label.key for label in declared], [label.key for label in found], autojunk=False
    )
    clauses: list[str] = []
    gone: list[SealedLabel] = []
    new: list[SealedLabel] = []
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            pairs = zip(declared[first:last], found[start:end], strict=True)
            clauses += [_lies_otherwise(old, now) for old, now in pairs if old.shape != now.shape]
        else:
            gone += declared[first:last]
            new += found[start:end]
    return [*clauses, *_unmatched(gone, new)]


def _unmatched(gone: list[SealedLabel], new: list[SealedLabel]) -> Iterator[str]:
    """What became of texts elsewhere in the order, or on one side only."""
    for old in gone:
        same = next((label for label in new if label.key == old.key), None)
        instead = same or next((label for label in new if label.address == old.address), None)
        if instead is None:
            yield _said("gone", text=_shown(old), place=old.address)
            continue
        new.remove(instead)
        if same is not None:
            yield _said("moved", text=_shown(old), place=old.address, now=same.address)
        else:
            yield _said("changed", text=_shown(old), place=old.address, now=_shown(instead))
    for label in new:
        yield _said("new", text=_shown(label), place=label.address)


def _lies_otherwise(old: SealedLabel, now: SealedLabel) -> str:
    if old.first != now.first:
        return _said("moved", text=_shown(old), place=old.address, now=now.address)
    return _said("merged", text=_shown(now), place=now.address)


def _said(change: str, **values: str) -> str:
    return text_of("messages", "moved", change, **values)


def _shown(label: SealedLabel) -> str:
    return "".join(label.text.split())


_MOST = 512
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Issue:
    """What the seal says of one sheet.

    ``sealed`` where there is one, ``old`` where it is of another version of the profile; ``own_texts`` says
    that differences from the present form are those of this older issue, not of the unit, ``own_formulas``
    the same of formulas.
    """

    sealed: bool
    old: bool = False
    own_texts: bool = False
    own_formulas: bool = False


def issue_of(context: CheckContext, reading: SheetReading) -> Issue:
    """What the seal says of ``reading``; only an older issue is hashed, the present one is compared whole."""
    book = context.reading.book
    sealed = read_fingerprint(book.properties.get(FINGERPRINT_PROPERTY, "")).get(reading.record.form)
    if sealed is None or not is_old(context):
        return Issue(sealed is not None)
    texts, formulas = structure_of(reading.sheet, book.names_on(reading.sheet.name)).digests
    return Issue(True, True, texts == sealed[0], formulas == sealed[1])


def is_old(context: CheckContext) -> bool:
    """Whether the workbook names this profile, but another version of it."""
    properties = context.reading.book.properties
    version = properties.get(VERSION_PROPERTY, context.profile.version)
    return properties.get(PROFILE_PROPERTY) == context.profile.id and version != context.profile.version


def check_seal(
    context: CheckContext, reading: SheetReading, layout: Layout, issue: Issue
) -> Iterator[Finding]:
    """What has been added or merged otherwise on a sheet whose fixed texts are all in their places."""
    clauses = _differences(context, reading, layout) if issue.sealed else []
    yield from seal_broken(context, reading, issue, clauses)


def seal_broken(
    context: CheckContext, reading: SheetReading, issue: Issue, clauses: Sequence[str]
) -> Iterator[Finding]:
    """One finding with all that differs from the seal, ``clauses``; none where nothing does."""
    if clauses:
        code = "T216" if not issue.old else "T217" if issue.own_texts else "T218"
        place_ = context.file_place(reading.sheet.name)
        changes = first_of(clauses, _FEW, "more_places", "；")
        yield finding(code, place_, count=len(clauses), changes=changes)


def check_sealed(context: CheckContext) -> Iterator[Finding]:
    """A workbook of ours that has lost its seal; nothing about workbooks that are not ours."""
    properties = context.reading.book.properties
    if FINGERPRINT_PROPERTY not in properties and (
        PROFILE_PROPERTY in properties or any(has_names(context, sheet) for sheet in context.reading.sheets)
    ):
        yield finding("T219", context.file_place())


def has_names(context: CheckContext, reading: SheetReading) -> bool:
    """Whether the defined names of the form are on the sheet."""
    expected_texts = fixed_texts(reading.form).names
    found = context.reading.book.names_on(reading.sheet.name).keys()
    least: float = texts_of("received")["certainty"]["names"]
    return len(expected_texts & found) >= least * len(expected_texts)


def lost_line(context: CheckContext, reading: SheetReading, cell: Cell, address: str) -> Iterator[Finding]:
    """A sentence cell of the form, at ``address``, in whose row is none of its declared words."""
    row = address.lstrip(_LETTERS)
    words = [label_key(text).rstrip(":") for text, _ in cell.line if label_key(text)]
    texts = [label_key(text) for at, _, text in reading.sheet.texts() if str(at) == row]
    if not any(word in text for word in words for text in texts):
        yield reworded(context, reading, address, "".join(text for text, _ in cell.line))


def reworded(context: CheckContext, reading: SheetReading, address: str, declared: str) -> Finding:
    """What is said of a cell that does not have the text that was ``declared`` for it."""
    label, found = "".join(declared.split()), reading.sheet.value(address)
    shown = "" if found is None else " ".join(str(found).split())
    return finding(
        "T205",
        context.file_place(reading.sheet.name, address, label),
        shown or text_of("messages", "checks", "emptied"),
        label,
    )


def sheet_labels(sheet: Sheet, inputs: Container[str], tables: Container[int]) -> Sequence[SealedLabel]:
    """The fixed texts of a sheet: those not in ``inputs`` (addresses) nor ``tables`` (rows)."""
    return laid_out(sheet, inputs, tables).labels


@cache
def declared_labels(form: Form, profile: Profile) -> Sequence[SealedLabel]:
    """The fixed texts as the present declarations lay them out on a blank form."""
    return declared_structure(place(form), profile).labels


def _differences(context: CheckContext, reading: SheetReading, layout: Layout) -> list[str]:
    """A clause for each text and merge besides the declared ones, all of which are in their places."""
    provenance = reading.record.provenance
    inputs = {found.cell for found in provenance.values()}
    placement = layout.placement
    if _is_plain(reading.sheet, placement, inputs):
        return []
    tables = {row for first, last in placement.spans.values() for row in range(first, last + 1)}
    found = sheet_labels(reading.sheet, inputs, tables)
    declared = declared_structure(placement, context.profile).labels
    if [label.shape for label in found] == [label.shape for label in declared]:
        return []
    return moves(declared, found)


def _is_plain(sheet: Sheet, placement: Placement, inputs: Set[str]) -> bool:
    """Whether no text and no merged cell is there but the declared ones and those of table rows.

    A quick look at addresses, for the many sheets on which nothing has been changed.
    """
    texts, merges = _expected(placement)
    others = set(sheet.merges) ^ merges
    return (sheet.text_cells() - inputs) == texts and all(
        any(
            first <= int(area.partition(":")[0].lstrip(_LETTERS)) <= last
            for first, last in placement.spans.values()
        )
        for area in others
    )


@lru_cache(_MOST)
def _expected(placement: Placement) -> tuple[frozenset[str], frozenset[str]]:
    """Where the fixed texts and the merged cells of a form lie."""
    texts = (
        f"{get_column_letter(cell.first)}{placed.number}"
        for placed in placement.rows
        if placed.index is None
        for cell in placed.row.cells
        if cell.text
    )
    return frozenset(texts), frozenset(placement.static_merges())
