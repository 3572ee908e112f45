"""Each kind of spoiling once or twice: all is found, and nothing is made up.

benchmarks/detection.py runs the same on as many workbooks as asked for.
"""

import pytest

from tests.long import one_in
from tests.spoilings.rounds import KINDS, run

UNFOUND = {"预算小数点错位"}
"""Nothing says so: a budget far above what was spent is odd, not wrong."""


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_was_spoilt_in_a_workbook_is_found_and_nothing_else_is_reported(kind):
    verdict = run([kind], range(2))[kind.name]
    assert verdict.injected >= 2
    assert verdict.alarms == []
    if kind.name not in UNFOUND:
        assert verdict.missed == []


@pytest.mark.parametrize("suffix", one_in(2, ["docx", "xls"]))
def test_in_old_workbooks_and_in_word(suffix):
    """Every eighth kind, others in each format; benchmarks/detection.py goes through all of them."""
    first = 0 if suffix == "xls" else 4
    kinds = [kind for kind in KINDS.values() if suffix in kind.formats][first::8]
    verdicts = run(kinds, [7], suffix)
    assert not {name: verdict.alarms for name, verdict in verdicts.items() if verdict.alarms}
    missed = {name: verdict.missed for name, verdict in verdicts.items() if verdict.missed}
    assert missed.keys() <= UNFOUND, missed


def test_there_are_kinds_enough():
    assert len(KINDS) >= 60
