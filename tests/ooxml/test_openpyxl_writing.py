"""Workbooks that openpyxl writes: the same content gives the same bytes, whenever it is written."""

import io
from zipfile import ZipFile

from openpyxl import Workbook

from xlperf.ooxml.openpyxl_writing import workbook_bytes


def test_members_are_dated_alike_whenever_a_workbook_is_written():
    book = Workbook()
    book.active["A1"] = "甲"
    with ZipFile(io.BytesIO(workbook_bytes(book))) as written:
        assert {member.date_time for member in written.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len(set(written.namelist())) == len(written.namelist()) > 5
