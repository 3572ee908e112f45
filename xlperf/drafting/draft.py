"""What is drafted of an official file as a whole: a profile, its forms, and the profile they load as."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlperf.declarations.model import Profile
from xlperf.declarations.profile import assemble, form_source
from xlperf.declarations.source import Json, merge, read_extending
from xlperf.drafting.slot_grid import SlotGrid
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
