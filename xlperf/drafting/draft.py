"""What is drafted of an official file: rows, fields, tables and questions of each sheet; their declarations.

A draft is proved against the official file by its own blank workbook, and saved into a folder of
declarations, which is a copy of schemas/ with the draft added.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xlperf.core.errors import InputError, OutputError, XlperfError
from xlperf.core.files import atomic_write, ensure_writable_dir, exists
from xlperf.core.paths import schemas_dir
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import assemble, form_source
from xlperf.declarations.source import Json, merge, read_extending, text_of
from xlperf.drafting.slot_grid import Slot, SlotGrid, grid_of
from xlperf.drafting.wording import OpenPoint, plain, question
from xlperf.intake.book import read_book
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.parts import open_zip
from xlperf.workbooks.workbook_writer import new_bytes


@dataclass(slots=True)
class ProfileDraft:
    """``profile`` is the declaration profiles/<id>.json, ``forms`` those of forms/ by file stem.

    ``grids`` are the official sheets by alias; ``base`` is the profile it extends, "" for none.
    """

    id: str
    base: str
    profile: Json
    forms: dict[str, Json]
    grids: Mapping[str, SlotGrid]
    questions: list[OpenPoint] = field(default_factory=list)

    def merged(self) -> tuple[Json, tuple[str, ...]]:
        """The profile with what it extends merged in, and its lineage."""
        above, lineage = read_extending("profiles", self.base, "profile") if self.base else ({}, ())
        own = {key: value for key, value in self.profile.items() if key != "extends"}
        return merge(above, own), (self.id, *lineage)

    def assembled(self) -> Profile:
        """The profile as it will load; raises DeclarationError where it will not."""
        merged, lineage = self.merged()
        sources = {
            alias: merge(self.forms[stem], merged.get("patch", {}).get(alias, {}))
            if stem in self.forms
            else form_source(alias, merged)
            for alias, stem in merged["forms"].items()
        }
        return assemble(merged, lineage, sources)


@dataclass(slots=True)
class DraftField:
    """A value to fill in: its declaration, and the label and the heading of its cell."""

    id: str
    slot: Slot
    label: str
    heading: str
    spec: Json

    @property
    def texts(self) -> tuple[str, str, str]:
        """Heading, label, and both together, as patterns look at them."""
        return self.heading, self.label, self.label + self.heading


@dataclass(slots=True)
class DraftRow:
    """A declared row: sheet rows ``top`` to ``last``, its slots, and its cells by their columns.

    ``fields`` are the ids by slot (column ids where ``table`` is set).
    """

    id: str
    top: int
    last: int
    slots: tuple[Slot, ...]
    cells: dict[str, str | Json] = field(default_factory=dict)
    fields: dict[Slot, str] = field(default_factory=dict)
    table: str = ""
    style: str = ""
    height: float = 0.0

    def declaration(self) -> Json:
        """The row as schemas/forms/*.json have it."""
        measures = {"height": self.height, "style": self.style, "table": self.table}
        return {"cells": self.cells, **{name: value for name, value in measures.items() if value}}


@dataclass(slots=True)
class FormDraft:
    """One sheet drafted. ``year`` is the one that the form is about; ``widths`` are column widths.

    ``columns`` maps (table, column id) to its heading; ``indicators`` are the level-1 entries of a profile.
    """

    grid: SlotGrid
    year: int
    alias: str = ""
    title: str = ""
    attachment: str = ""
    tab: str = ""
    repeated: bool = False
    widths: tuple[float, ...] = ()
    rows: list[DraftRow] = field(default_factory=list)
    fields: dict[str, DraftField] = field(default_factory=dict)
    tables: dict[str, Json] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)
    indicators: list[Json] = field(default_factory=list)
    questions: list[OpenPoint] = field(default_factory=list)

    def declaration(self) -> Json:
        """A complete form declaration."""
        wide = sum(self.widths) > _PORTRAIT
        spec: dict[str, Any] = {
            "id": self.tab,
            "alias": self.alias,
            "title": self.title,
            "attachment": self.attachment,
            "sheet": self.tab,
            **({"repeated": True} if self.repeated else {}),
            "page": {"orientation": "landscape" if wide else "portrait"},
            "columns": list(self.widths),
            "fields": {name: drafted.spec for name, drafted in self.fields.items()},
            "tables": self.tables,
            "rows": {row.id: row.declaration() for row in self.rows},
            "order": [row.id for row in self.rows],
        }
        return {**comment(self.questions), **spec}


_PORTRAIT = 125
"""Column units beyond which a form is printed across."""


def comment(questions: Iterable[OpenPoint]) -> Json:
    """The open questions as the ``$comment`` of a declaration; nothing where there are none."""
    lines = [f"{number}. {asked}" for number, asked in enumerate(questions, 1)]
    return {"$comment": text_of("drafting", "messages", "open", questions="；".join(lines))} if lines else {}


def as_object(spec: str | Json) -> Json:
    """The declaration of a cell that says more than its text; empty for a text alone."""
    return spec if isinstance(spec, dict) else {}


def prove(draft: ProfileDraft) -> Iterator[OpenPoint]:
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


def _differing(official: SlotGrid, ours: SlotGrid) -> Iterator[OpenPoint]:
    theirs = {slot.address: slot for slot in official.slots()}
    made = {slot.address: slot for slot in ours.slots()}
    for address in sorted(theirs.keys() | made.keys(), key=lambda cell: (len(cell), cell)):
        slots = theirs.get(address), made.get(address)
        text, mine = (slot.text if slot else "" for slot in slots)
        if plain(text) != plain(mine) and not any(slot and slot.formula for slot in slots):
            yield question("differs", official.name, address, official=text, ours=mine)
    merged, mine_merged = (
        {(s.address, s.bottom, s.right) for s in slots.values() if (s.top, s.left) != (s.bottom, s.right)}
        for slots in (theirs, made)
    )
    for address, *_ in sorted(merged ^ mine_merged):
        yield question("merge_differs", official.name, str(address), value=address)


_LINE_WIDTH = 110
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
    if indent + len(flat) <= _LINE_WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner, outer = " " * (indent + 2), " " * indent
    if isinstance(value, dict):
        parts = [
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {written(entry, indent + 2)}"
            for key, entry in value.items()
        ]
        return "{\n" + ",\n".join(parts) + f"\n{outer}}}"
    if all(isinstance(entry, str) for entry in value):
        return f"[\n{_packed(value, inner)}\n{outer}]"
    return "[\n" + ",\n".join(f"{inner}{written(entry, indent + 2)}" for entry in value) + f"\n{outer}]"


def _packed(texts: Sequence[str], indent: str) -> str:
    """Texts one after the other, as many on a line as fit."""
    lines = [indent]
    for number, text in enumerate(texts, 1):
        part = json.dumps(text, ensure_ascii=False) + ("," if number < len(texts) else "")
        if len(lines[-1]) + len(part) > _LINE_WIDTH and lines[-1].strip():
            lines.append(indent)
        lines[-1] += part if lines[-1] == indent else f" {part}"
    return "\n".join(lines)
