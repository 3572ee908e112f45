"""``xlperf why``: a cell of a received file explained; what cannot be explained is an error in words."""

from tests.received import good as g


def test_a_figure_is_explained(xlperf, tmp_path) -> None:
    path = tmp_path / g.file_name()
    path.write_bytes(g.good())
    ended = xlperf("why", path, f"整体支出绩效自评表!{g.address('整体', '执行率得分')}")
    assert ended.status == 0
    for text in ("公式：", "用到的数：", "计算：", "依据："):
        assert text in ended.out


def test_a_cell_that_holds_no_figure(xlperf, tmp_path) -> None:
    path = tmp_path / g.file_name()
    path.write_bytes(g.good())
    ended = xlperf("why", path, "A1")
    assert ended.status == 2
    assert "不是附件表上填数的格" in ended.err


def test_a_file_that_is_no_workbook(xlperf, tmp_path) -> None:
    path = tmp_path / "别的.xlsx"
    path.write_bytes(b"nothing")
    ended = xlperf("why", path, "A1")
    assert ended.status == 2
    assert "Traceback" not in ended.err
