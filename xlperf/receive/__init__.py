"""Received workbooks → filings: opened within limits, recognised by their texts, read cell by cell."""

from xlperf.receive.limits import LIMITS, Limits
from xlperf.receive.reader import Facts, Received, SheetFacts, read_filing

__all__ = ["LIMITS", "Facts", "Limits", "Received", "SheetFacts", "read_filing"]
