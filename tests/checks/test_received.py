"""Every folder under tests/received is a case: a workbook as received, and all that is to be found in it.

A folder holds expected.json and either the file itself or nothing, when its name is a kind of
tests/received/spoiling.py. Accepted files are read in spite of their faults, rejected ones are not.
"""

import json
from pathlib import Path

import pytest

from tests.received.copies import KINDS
from tests.received.good import file_name
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded

ROOT = Path(__file__).parents[1] / "received"
CASES = sorted(path.parent for path in ROOT.glob("*/*/expected.json"))


def received(case: Path, folder: Path) -> Path:
    files = [path for path in case.iterdir() if path.suffix != ".json"]
    if files:
        return files[0]
    built = KINDS[case.name]()
    content, name = built if isinstance(built, tuple) else (built, file_name())
    (folder / name).write_bytes(content)
    return folder / name


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_a_case_gives_exactly_its_findings(case, tmp_path):
    path = received(case, tmp_path)
    before = path.read_bytes()
    outcome = check_file(path)
    expected = json.loads((case / "expected.json").read_text("utf-8"))["findings"]
    found = [
        [finding.code, finding.location.sheet, finding.location.cell]
        for finding in unfolded(outcome.findings)
    ]
    assert sorted(found) == sorted(expected), [finding.message for finding in unfolded(outcome.findings)]
    assert path.read_bytes() == before
    assert (outcome.traits is not None) is (case.parent.name == "accepted")


def test_every_kind_of_spoiling_has_its_case():
    assert {case.name for case in CASES} >= set(KINDS)
