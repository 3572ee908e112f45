"""The computer that xlperf runs on, as facts and acts: Windows with its registry, or a POSIX system."""
