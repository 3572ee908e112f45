"""What is drafted of an official file: a profile and its forms, and the profile that they load as.

Of each sheet rows, fields, tables and open questions, and the declaration they make.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from xlperf.declarations.model import Profile
from xlperf.declarations.profile import assemble, form_source
from xlperf.declarations.source import Json, merge, read_extending, text_of
from xlperf.drafting.slot_grid import Slot, SlotGrid
from xlperf.drafting.wording import Question


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
    questions: list[Question] = field(default_factory=list)

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
        spec: Json = {"cells": self.cells}
        if self.height:
            spec["height"] = self.height
        if self.style:
            spec["style"] = self.style
        if self.table:
            spec["table"] = self.table
        return spec


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
    questions: list[Question] = field(default_factory=list)

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


def comment(questions: Iterable[Question]) -> Json:
    """The open questions as the ``$comment`` of a declaration; nothing where there are none."""
    lines = [f"{number}. {asked}" for number, asked in enumerate(questions, 1)]
    return {"$comment": text_of("drafting", "messages", "open", questions="；".join(lines))} if lines else {}


def as_object(spec: str | Json) -> Json:
    """The declaration of a cell that says more than its text; empty for a text alone."""
    return spec if isinstance(spec, dict) else {}
