"""Whole batches behind the command line: sources → workers → targets, one module a command."""
