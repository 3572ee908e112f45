"""The grids of an official file → the declared profile and forms they resemble most."""

from collections.abc import Mapping, Sequence

from xlperf.declarations.model import Form, Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.drafting.slot_grid import SlotGrid
from xlperf.intake.label_index import anchors
from xlperf.intake.label_normaliser import loose, words_of
from xlperf.intake.places import Preference, preferred_by
from xlperf.notation import label_key

ENOUGH = 0.5
"""Share of a form's labels that must be found for a sheet to be that form."""
_EXACT = 0.01
_DIGITS = 6


def closest_profile(grids: Sequence[SlotGrid], year: int) -> Profile:
    """The profile whose forms have most labels in common with ``grids``, same wording counting more.

    Of those alike, the one of the place that is named, else the most general.
    """
    text = "\n".join("".join(slot.text.split()) for grid in grids for slot in grid.slots())

    def alike(profile: Profile) -> tuple[float, Preference]:
        shares = (max(_share(grid, form, profile, year) for form in profile.forms.values()) for grid in grids)
        return round(sum(shares), _DIGITS), preferred_by(text, profile)

    return max(map(load_profile, profile_ids()), key=alike)


def matched_forms(grids: Sequence[SlotGrid], profile: Profile, year: int) -> Mapping[int, str]:
    """Index of a grid → alias of the form of ``profile`` it is, each form once."""
    scored = sorted(
        (
            (_share(grid, form, profile, year), -index, alias)
            for index, grid in enumerate(grids)
            for alias, form in profile.forms.items()
        ),
        reverse=True,
    )
    found: dict[int, str] = {}
    for score, index, alias in scored:
        if score >= ENOUGH and -index not in found and alias not in found.values():
            found[-index] = alias
    return found


def _share(grid: SlotGrid, form: Form, profile: Profile, year: int) -> float:
    """The share of the form's texts that are found on the grid, whatever their wording."""
    texts = [slot.text for slot in grid.slots() if slot.is_label]
    keys = {loose(text, year) for text in texts}
    words = words_of(form, profile)
    exact, own = {label_key(text) for text in texts}, anchors(form).by_key
    return len(words.keys() & keys) / len(words) + _EXACT * len(own.keys() & exact) / len(own)
