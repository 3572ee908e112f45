"""Ledgers (workbooks, folders of .csv files, databases) → filings."""

from xlperf.declarations.source import text_of


def ledger_text(key: str, /, **values: object) -> str:
    """The text ``key`` about ledgers in messages.json, its holes filled with ``values``."""
    return text_of("messages", "ledger", key, **values)
