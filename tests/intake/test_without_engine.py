"""Without the engine that recomputes, as in a browser, formulas are left and the reason is said."""

import pytest

from tests.received.copies import KINDS
from tests.shared_files import SHARED, needs_cases
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.intake import recompute


@pytest.fixture(autouse=True)
def without_engine(monkeypatch):
    monkeypatch.setattr(recompute, "_has_engine", lambda: False)


def found(kind: str, folder) -> dict[str, str]:
    built = KINDS[kind]()
    path = folder / "收到的.xlsx"
    path.write_bytes(built[0] if isinstance(built, tuple) else built)
    return {finding.code: finding.message for finding in unfolded(check_file(path).findings)}


def test_a_link_to_another_file_is_still_reported(tmp_path):
    assert "去年.xlsx" in found("own_formula_linked_to_another_file", tmp_path)["M415"]


def test_a_formula_without_its_result_has_no_figure(tmp_path):
    message = found("own_formula_without_result", tmp_path)["M408"]
    assert "=4+0.06" in message
    assert "4.06" not in message.replace("=4+0.06", "")


def test_a_formula_out_of_date_is_said_not_to_be_recomputed(tmp_path):
    codes = found("typed_formula_out_of_date", tmp_path)
    assert "没有重新计算公式的程序" in codes["M414"]
    assert "M411" not in codes


@needs_cases
def test_a_formula_without_its_result_is_not_taken_for_an_empty_cell():
    path = SHARED / "cases/received/02_formula_without_result.xlsx"
    codes = {finding.code for finding in unfolded(check_file(path).findings)}
    assert "M408" in codes
    assert "C301" not in codes
