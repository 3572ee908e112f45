"""Filings → findings: one module a stage, the stages listed in ``registry``."""
