"""Pages of visible cells → what the forms on them say, by labels and headings, never by position.

``read_document`` reads a Document; ``exported`` makes the JSON of ``xlperf import`` of it; ``lexicon`` is
what texts mean, with what a bureau adds.
"""

from xlperf.intake.reading.export import exported
from xlperf.intake.reading.lexicon import Lexicon, lexicon
from xlperf.intake.reading.model import (
    Account,
    DocumentReading,
    Entry,
    FormReading,
    Indicator,
    PageValue,
    Role,
)
from xlperf.intake.reading.read import read_document

__all__ = [
    "Account",
    "DocumentReading",
    "Entry",
    "FormReading",
    "Indicator",
    "Lexicon",
    "PageValue",
    "Role",
    "exported",
    "lexicon",
    "read_document",
]
