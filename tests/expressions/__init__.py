"""Tests of xlperf.expressions."""
