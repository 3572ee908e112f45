"""Sheets → the form that each is most like, by its fixed texts; and why a sheet or a file is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Form, Profile
from xlperf.declarations.profile import load_form, load_profile, profile_ids
from xlperf.declarations.source import texts_of
from xlperf.declarations.value_display import percent
from xlperf.intake.fixed_texts import fixed_texts, labels_of, likeness
from xlperf.notation import label_key
from xlperf.ooxml.sheet_cells import Sheet

_FEW = 3
_ASSESSMENT = "assessment"


def enough() -> float:
    """The share of a form's fixed texts, 0 to 1, from which on a sheet is taken for that form."""
    share: float = texts_of("received")["certainty"]["enough"]
    return share


def is_like(sheet: Sheet, profile: Profile) -> bool:
    """Whether a sheet has enough of the fixed texts of a form of ``profile``, wherever they stand."""
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
    """A sheet and the form it is most like: ``share`` of the form's fixed texts stands on it, 0 to 1.

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
        return f"是《{assessment().id}》"
    found = nearest([sheet], profile)
    if found is None:
        return "没有一处文字与附件表样相同"
    return f"最像《{found.form.id}》，固定文字也只有 {percent(found.share)} 相同"
