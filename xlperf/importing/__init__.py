"""Received files of any kind → working copies, and what had to be made of them on the way."""

from xlperf.importing.run import ImportResult, import_filings

__all__ = ["ImportResult", "import_filings"]
