"""``xlperf doctor``: what works on this computer and what does not, each with what to do."""
