"""The command line where last year's filings are given."""

import json

from tests.received import good as g


def test_last_year_is_compared_with_and_both_files_are_named(xlperf, inbox, tmp_path):
    address = g.address("基础", "公用经费_上年决算数")
    (tmp_path / "上年").mkdir()
    (tmp_path / "上年" / g.file_name()).write_bytes(
        g.edited({g.BASIC: g.number(g.address("基础", "公用经费_本年决算数"), 1234.5)})
    )
    ended = xlperf("check", inbox / "好.xlsx", "--last-year", "上年", "--select", "Y101", "--format", "json")
    found = json.loads(ended.out)["findings"]
    assert ("Y101", address, "1234.50") in {
        (problem["code"], problem["cell"], problem["expected"]) for problem in found
    }
    assert any(g.file_name() in problem["message"] for problem in found)


def test_a_unit_that_is_not_in_last_year_is_named(xlperf, inbox, tmp_path):
    (tmp_path / "上年").mkdir()
    (tmp_path / "上年" / "009_别的局.xlsx").write_bytes(
        g.edited({g.OVERALL: g.text(g.address("整体", "单位名称"), "别的局")})
    )
    ended = xlperf("check", inbox / "好.xlsx", "--last-year", "上年", "--select", "D918")
    assert "上年的表里没有找到" in ended.out
