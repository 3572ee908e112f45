"""Ledgers (workbooks, folders of .csv files, databases) → filings."""
