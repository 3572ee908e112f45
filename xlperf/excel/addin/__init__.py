"""The Excel add-in: from the declared functions and buttons to ``macros/xlperf.xlam``."""
