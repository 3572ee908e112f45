"""The Excel add-in: from the declared functions and buttons to ``macros/xlperf.xlam``."""

UDF_MODULE = "xlperf.udfs"
"""The module whose functions Excel calls; it binds xlwings' decorators when it is imported."""
