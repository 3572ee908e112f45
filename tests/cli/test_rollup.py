"""The command line of the roll-up."""

import openpyxl

from tests.received import good as g


def test_a_workbook_with_a_row_a_unit(xlperf, inbox, tmp_path):
    ended = xlperf("rollup", "收到", "-o", "汇总.xlsx")
    assert (ended.status, ended.out) == (0, "")
    assert "计入 1 家单位" in ended.err
    sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx")["预算执行"]
    assert sheet["C7"].value == g.filing().unit_name


def test_last_year_next_to_this_one(xlperf, inbox, tmp_path):
    assert xlperf("rollup", "收到", "--last-year", "收到", "-o", "汇总.xlsx").status == 0
    assert "上年对比" in openpyxl.load_workbook(tmp_path / "汇总.xlsx").sheetnames


def test_an_output_is_needed_and_is_a_workbook(xlperf, inbox):
    assert xlperf("rollup", "收到").status == 2
    assert xlperf("rollup", "收到", "-o", "汇总.txt").status == 2


def test_a_page_and_tables_too(xlperf, inbox, tmp_path):
    ended = xlperf("rollup", "收到", "-o", "汇总.html", "-o", "汇总.xlsx", "--tables", "表")
    assert ended.status == 0
    assert (tmp_path / "汇总.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "汇总.xlsx").exists()
    assert (tmp_path / "表" / "单位.csv").exists()
    again = xlperf("rollup", "收到", "-o", "汇总.html", "--tables", "表")
    assert again.status == 2
    assert xlperf("rollup", "收到", "-o", "汇总.html", "--tables", "表", "--force").status == 0
