"""A table of a ledger by columns."""

from xlperf.ledgers.layout import load_layout
from xlperf.ledgers.tables import LedgerTable


class Unsized(list):
    """Row numbers that nobody may go over: 100,000 rows asked one by one would be 100,000 times as many."""

    def __len__(self):
        raise AssertionError("the rows were gone over")


def test_a_cell_of_a_column_that_is_not_there_costs_nothing(profile):
    sheet = load_layout(profile).sheets["指标"]
    table = LedgerTable(sheet, "指标", {}, {}, Unsized([2, 3]), {"单位编码": ["001", None]})
    assert [table.words(head, 0) for head in ("单位编码", "单位名称", "")] == ["001", "", ""]
    assert table.row_key(1) == ""
