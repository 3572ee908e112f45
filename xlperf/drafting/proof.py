"""A ProfileDraft → what its own blank workbook has otherwise than the official file."""

from collections.abc import Iterator

from xlperf.core.errors import XlperfError
from xlperf.declarations.model import Profile
from xlperf.drafting.draft import ProfileDraft
from xlperf.drafting.slot_grid import SlotGrid, grid_of
from xlperf.drafting.wording import Question, question
from xlperf.intake.xlsx_reader import read_book
from xlperf.notation import label_key
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.parts import open_zip
from xlperf.workbooks.blanks import new_bytes

_LOST = " "


def prove(draft: ProfileDraft) -> Iterator[Question]:
    """Load ``draft``, build its blank, and report every text and merge that is not the official one's."""
    try:
        profile = draft.assembled()
        ours = _blank(profile)
    except XlperfError as error:
        yield question("invalid", value=error)
        return
    for alias, official in draft.grids.items():
        yield from _differing(official, ours[profile.forms[alias].sheet_name(0)])


def _blank(profile: Profile) -> dict[str, SlotGrid]:
    package = open_zip(profile.id, new_bytes(profile, plain=True), LIMITS)
    book = read_book(package)
    return {sheet.name: grid_of(book, sheet) for sheet in book.sheets}


def _differing(official: SlotGrid, ours: SlotGrid) -> Iterator[Question]:
    theirs = {slot.address: slot for slot in official.slots()}
    made = {slot.address: slot for slot in ours.slots()}
    for address in sorted(theirs.keys() | made.keys(), key=lambda cell: (len(cell), cell)):
        slots = theirs.get(address), made.get(address)
        text, mine = (slot.text if slot else "" for slot in slots)
        if _plain(text) != _plain(mine) and not any(slot and slot.formula for slot in slots):
            yield question("differs", official.name, address, official=text, ours=mine)
    merged, mine_merged = (
        {(s.address, s.bottom, s.right) for s in slots.values() if (s.top, s.left) != (s.bottom, s.right)}
        for slots in (theirs, made)
    )
    for address, *_ in sorted(merged ^ mine_merged):
        yield question("merge_differs", official.name, str(address), value=address)


def _plain(text: str) -> str:
    return label_key(text) or _LOST.join(text.split())
