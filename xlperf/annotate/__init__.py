"""Received files and what a check found in them → copies with comments, colours and a list."""

from xlperf.annotate.run import AnnotateResult, annotate

__all__ = ["AnnotateResult", "annotate"]
