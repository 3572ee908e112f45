"""An official blank attachment → a skeleton of its declarations, and what could not be decided.

``draft_file`` reads and drafts, ``prove`` builds the blank again and compares, ``save`` writes.
``next_year`` takes the forms of another year as they are.
"""

from xlperf.drafting.draft import ProfileDraft, prove, save
from xlperf.drafting.extending import next_year
from xlperf.drafting.profiles import draft_file
from xlperf.drafting.wording import OpenPoint

__all__ = ["OpenPoint", "ProfileDraft", "draft_file", "next_year", "prove", "save"]
