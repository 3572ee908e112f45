"""The process that Excel starts: functions loaded before any workbook can have a say, then served."""

import pytest
import xlwings

from tests.excel.addin.excelobjects import Workbook
from tests.excel.addin.standins import installed
from xlperf.excel.functions.publish import UDF_MODULE, serve


@pytest.fixture
def served(monkeypatch):
    """What ``xlwings.serve`` was called with; the rest of xlwings is as on Windows."""
    calls = []
    with installed():
        monkeypatch.setattr(xlwings, "get_udf_module", xlwings.udfs.get_udf_module)
        monkeypatch.setattr(xlwings, "serve", calls.append)
        yield calls


def with_code():
    """A workbook that brings Python code in a sheet, as xlwings' embedded code does."""
    book = Workbook("收到的表.xlsx")
    book.add(f"{UDF_MODULE}.py", [["raise SystemExit"]])
    return book


def test_serves_under_the_class_id(served):
    serve("{506e67c3-55b5-48c3-a035-eed5deea7d6d}")
    assert served == ["{506e67c3-55b5-48c3-a035-eed5deea7d6d}"]


def test_code_in_a_received_workbook_is_not_looked_for(served):
    with pytest.raises(xlwings.LicenseError):
        xlwings.udfs.get_udf_module(UDF_MODULE, with_code())
    serve("{}")
    assert xlwings.udfs.get_udf_module(UDF_MODULE, with_code()).__name__ == UDF_MODULE


def test_functions_that_do_not_load_are_reported_by_the_call(served, monkeypatch):
    """The process must come up, so that the reason reaches the cell."""

    def fail(*_):
        raise ImportError("broken")

    monkeypatch.setattr(xlwings, "get_udf_module", fail)
    serve("{}")
    assert served == ["{}"]
