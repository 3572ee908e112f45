"""A sheet → whether it is the form on which filings are graded, which no profile asks units for."""

from functools import cache

from xlperf.declarations.model import Form
from xlperf.declarations.profile import load_form, profile_ids
from xlperf.intake.align import labels_of, likeness
from xlperf.intake.certainty import thresholds
from xlperf.ooxml.sheet_cells import Sheet

_ASSESSMENT = "assessment"


def is_assessment(sheet: Sheet) -> bool:
    """Whether a sheet that is no form of a profile is the one on which filings are graded."""
    form = assessment()
    return likeness(labels_of(sheet, [form]), form) >= thresholds().enough


@cache
def assessment() -> Form:
    """The form on which filings are graded; no profile asks units for it."""
    return load_form(_ASSESSMENT, profile_ids()[0])
