"""What a unit sends is compared with all that others sent in earlier rounds."""

from pathlib import Path

import pytest

from tests.received import good as g
from tests.season import season_files as s
from tests.season.test_receiving import DAY, season
from xlperf.declarations.findings import Finding
from xlperf.season.receiving import receive
from xlperf.season.review import review
from xlperf.season.store import Store

__all__ = ["season"]


def of_unit(content: bytes, code: str) -> bytes:
    """The workbook of one unit under the name of another, which is all that is changed in it."""
    names = {filing.unit_code: filing.unit_name for filing in s.filings(3)}
    edits = dict.fromkeys((g.OVERALL, g.PROJECT), g.replaced(names["001"], names[code]))
    return s.spoiled(content, edits)


def sent(store: Store, folder: Path, number: int, **files: bytes) -> dict[str, list[Finding]]:
    """A round with a file for each unit, called by its code with 单位 before it; the findings by unit."""
    round_folder = folder / f"第{number}轮"
    round_folder.mkdir()
    names = {filing.unit_code: filing.unit_name for filing in s.filings(3)}
    for unit, content in files.items():
        code = unit.removeprefix("单位")
        (round_folder / f"{code}_{names[code]}.xlsx").write_bytes(content)
    receive(store, [round_folder], day=DAY)
    found: dict[str, list[Finding]] = {}
    for finding in review(store, day=DAY).report.findings:
        found.setdefault(finding.location.unit_code, []).append(finding)
    return found


def codes(found: dict[str, list[Finding]], code: str) -> set[str]:
    return {finding.code for finding in found.get(code, [])}


@pytest.fixture
def workbooks() -> list[bytes]:
    return [*s.workbooks(3).values()]


def test_figures_that_another_unit_sent_two_rounds_ago(season, tmp_path, workbooks):
    sent(season, tmp_path, 1, 单位001=workbooks[0])
    sent(season, tmp_path, 2, 单位003=workbooks[2])
    found = sent(season, tmp_path, 3, 单位002=of_unit(workbooks[0], "002"))
    (copied,) = (finding for finding in found["002"] if finding.code == "D903")
    assert "第 1 轮" in copied.message
    assert {other.code for other in copied.folded} == {"D904"}
    assert "D904" not in codes(found, "002")


def test_who_was_first_is_no_copy_and_own_figures_may_be_sent_again(season, tmp_path, workbooks):
    sent(season, tmp_path, 1, 单位001=workbooks[0])
    sent(season, tmp_path, 2, 单位002=of_unit(workbooks[0], "002"))
    again = g.edited({g.WORKBOOK: lambda xml: xml + " "}, workbook=workbooks[0])
    found = sent(season, tmp_path, 3, 单位001=again)
    assert not {"D903", "D904"} & codes(found, "001")


def test_one_text_of_another_unit_is_said_on_its_own(season, tmp_path, workbooks):
    sent(season, tmp_path, 1, 单位001=workbooks[0])
    staff = g.number(s.STAFF, 3)
    edits = {g.BASIC: staff}
    found = sent(season, tmp_path, 2, 单位002=s.spoiled(of_unit(workbooks[0], "002"), edits))
    assert "D903" not in codes(found, "002")
    assert "D904" in codes(found, "002")
