"""Tests, folder by folder as in xlperf."""
