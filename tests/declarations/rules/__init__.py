"""Tests of the declared rules: their examples, the published filings, foreign engines."""
