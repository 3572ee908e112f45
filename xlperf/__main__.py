"""``python -m xlperf``: the command line."""

from xlperf.cli import main

main()
