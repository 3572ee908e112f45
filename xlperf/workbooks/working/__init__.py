"""The helper sheets of a working copy: planned once for a set of official sheets, filled for each unit."""
