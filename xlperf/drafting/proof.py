"""A ProfileDraft → what its own blank workbook has otherwise than the official file; the draft as files.

The files go to a folder of declarations, which is a copy of schemas/ with the draft added.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from xlperf.core.errors import InputError, OutputError, XlperfError
from xlperf.core.files import atomic_write, ensure_writable_dir, exists
from xlperf.core.paths import schemas_dir
from xlperf.declarations.model import Profile
from xlperf.declarations.source import Json, text_of
from xlperf.drafting.draft import ProfileDraft
from xlperf.drafting.slot_grid import SlotGrid, grid_of
from xlperf.drafting.wording import Question, question
from xlperf.intake.xlsx_reader import read_book
from xlperf.notation import label_key
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.parts import open_zip
from xlperf.workbooks.workbook_writer import new_bytes

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


_WIDTH = 110
_ID = re.compile(r"\w[\w.-]*")


def save(draft: ProfileDraft, folder: str | Path, *, force: bool = False) -> list[Path]:
    """Write the declarations of ``draft`` into ``folder``, which gets what it lacks of schemas/.

    Returns the files written, the profile last. Raises InputError for an id that is no file name, and
    OutputError where a declaration exists (unless ``force``) or the folder cannot be written to; then
    nothing is written.
    """
    if not _ID.fullmatch(draft.id):
        raise InputError(text_of("drafting", "messages", "bad_id", id=draft.id))
    root = Path(folder)
    files: dict[Path, Json] = {root / "forms" / f"{stem}.json": form for stem, form in draft.forms.items()}
    files[root / "profiles" / f"{draft.id}.json"] = draft.profile
    taken = [str(path) for path in files if exists(path)]
    if taken and not force:
        raise OutputError(text_of("drafting", "messages", "taken", files="”“".join(taken)))
    _complete(root)
    for path, declaration in files.items():
        atomic_write(path, f"{written(declaration)}\n".encode())
    return list(files)


def _complete(root: Path) -> None:
    """Copy the declarations that ``root`` does not have, so that it can be used as XLPERF_SCHEMAS."""
    origin = schemas_dir()
    for path in sorted(origin.rglob("*.json")):
        target = root / path.relative_to(origin)
        ensure_writable_dir(target.parent)
        if not exists(target):
            atomic_write(target, path.read_bytes())


def written(value: Any, indent: int = 0) -> str:
    """``value`` as JSON, what fits on one line on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if indent + len(flat) <= _WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner, outer = " " * (indent + 2), " " * indent
    if isinstance(value, dict):
        parts = [
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {written(item, indent + 2)}"
            for key, item in value.items()
        ]
        return "{\n" + ",\n".join(parts) + f"\n{outer}}}"
    if all(isinstance(item, str) for item in value):
        return f"[\n{_packed(value, inner)}\n{outer}]"
    return "[\n" + ",\n".join(f"{inner}{written(item, indent + 2)}" for item in value) + f"\n{outer}]"


def _packed(texts: Sequence[str], indent: str) -> str:
    """Texts one after the other, as many on a line as fit."""
    lines = [indent]
    for number, text in enumerate(texts, 1):
        part = json.dumps(text, ensure_ascii=False) + ("," if number < len(texts) else "")
        if len(lines[-1]) + len(part) > _WIDTH and lines[-1].strip():
            lines.append(indent)
        lines[-1] += part if lines[-1] == indent else f" {part}"
    return "\n".join(lines)
