"""Filings of a district → 汇总.xlsx, tidy tables and one offline page, each total led back to its units."""
