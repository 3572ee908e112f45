"""An official blank attachment → a skeleton of its declarations, and what could not be decided.

``draft_file`` reads and drafts, ``prove`` builds the blank again and compares, ``save`` writes.
"""

from xlperf.drafting.draft import ProfileDraft, prove, save
from xlperf.drafting.profiles import draft_file
from xlperf.drafting.wording import OpenPoint

__all__ = ["OpenPoint", "ProfileDraft", "draft_file", "prove", "save"]
