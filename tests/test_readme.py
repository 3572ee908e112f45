"""Every sentence of the README that says something of the program is held by a test that is named here."""

import ast
import io
import re
import socket
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import openpyxl
import pytest
from packaging.requirements import Requirement

from tests.received import good as g
from tests.workbooks.package_rules import LATER
from xlperf.cli.commands import command_texts
from xlperf.declarations.profile import load_profile
from xlperf.jobs.check import check
from xlperf.jobs.demo.run import run
from xlperf.workbooks.workbook_writer import new_bytes

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

CLAIMS = {
    "*English: xlperf does a season": [
        "test_readme.py::test_python_and_licence_are_those_of_the_project",
        "cli/test_guide.py::test_the_commands_of_a_page_run_one_after_the_other",
        "checks/test_received.py::test_a_case_gives_exactly_its_findings",
        "outputs/test_xlsx.py::test_list",
        "workbooks/working/test_engines.py::*",
        "server/page/test_same_engine.py::test_the_findings_are_those_of_the_command_line",
    ],
    "xlperf 把一季的事": ["cli/test_guide.py::test_the_commands_of_a_page_run_one_after_the_other"],
    "全部在本机和内网上做，不联外网。": [
        "test_readme.py::test_nothing_is_asked_of_the_network",
        "intake/test_office.py::test_nothing_that_a_file_refers_to_is_fetched",
        "server/page/test_use.py::test_nothing_can_be_asked_from_the_page",
    ],
    "在 Debian、Ubuntu 上": ["test_readme.py::test_the_two_commands_do_what_is_said"],
    "演示的结果在": ["test_readme.py::test_the_demo_leaves_what_is_said"],
    "`make page` 生成": [
        "test_readme.py::test_the_two_commands_do_what_is_said",
        "server/page/test_build.py::test_the_command_writes_the_page_and_replaces_none",
    ],
    "Windows 上，从 python.org": ["test_readme.py::test_python_and_licence_are_those_of_the_project"],
    "不需要安装 Excel。": ["test_start_up.py::test_a_check_of_a_workbook_loads_only_what_is_named"],
    "`xlperf --help` 按": [
        "cli/test_help.py::test_the_overview_names_every_command_once_in_its_step_and_order",
        "cli/test_help.py::test_a_page_has_whole_examples_and_ends_with_the_next_step",
        "test_readme.py::test_the_table_of_commands_is_that_of_the_help",
        "cli/test_reference.py::test_document_is_up_to_date",
    ],
    "收到的表按行标题": ["layouts/test_reading.py::test_no_value_is_wrong_or_invented"],
    "读不准的值": [
        "intake/reading/test_doubt.py::test_values_under_one_heading_twice_are_not_chosen_between",
        "intake/reading/test_doubt.py::test_every_cell_ends_in_one_role",
        "checks/test_accounted_for.py::*",
    ],
    "口径是猜的": ["checks/test_accounted_for.py::*"],
    "公式和规则只写一次": ["parity/test_formulas_and_rules.py::test_every_visible_formula_is_asked"],
    "附件表里的公式": [
        "parity/test_formulas_and_rules.py::test_random_filings_agree",
        "workbooks/working/test_batch.py::*",
    ],
    "本程序、LibreOffice": [
        "parity/test_formulas_and_rules.py::test_more_than_twenty_thousand_values_of_each_engine"
    ],
    "收到的文件只读不写。": ["cli/test_guide.py::run"],
    "输出要么完整出现": [
        "core/test_files.py::test_full_disk_halfway_leaves_the_old_file",
        "core/test_files.py::test_interruption_leaves_nothing",
    ],
    "已有的文件不加": ["cli/test_commands.py::test_new_overwrites_only_when_forced"],
    "写出的文件由": [
        "test_written_files.py::test_they_see_what_the_cells_hold",
        "test_round_trip.py::test_the_demo_ledgers_come_back",
        "workbooks/working/test_engines.py::*",
    ],
    "函数只用 Excel 2010": [
        "test_readme.py::test_functions_are_older_than_excel_2010",
        "workbooks/working/test_moved.py::test_programs_that_cannot_count_sheets_say_nothing_of_them",
    ],
    "工作表函数经": ["excel/functions/test_com.py::test_every_example"],
    "按钮在 xlwings": ["excel/actions/test_actions.py::*", "excel/actions/test_check.py::*"],
    ".doc 由本机": [
        "intake/test_office.py::test_one_that_died_is_replaced",
        "outputs/annotate/test_returns.py::*",
    ],
    "旧格式和 Word": ["accuracy/test_accuracy.py::test_the_same_in_the_old_format"],
    ".7z、.rar": [
        "test_readme.py::test_the_extras_that_are_named_are_there",
        "intake/test_archive.py::test_a_7z_is_read_where_libarchive_is_installed",
    ],
    "演示台账里": [
        "jobs/demo/test_demo.py::test_junshan_basic_form",
        "jobs/demo/test_demo.py::test_hengyang_basic_and_overall_form",
    ],
    "快慢与 openpyxl": ["benchmarks/*"],
    "MIT。": ["test_readme.py::test_python_and_licence_are_those_of_the_project"],
    "直接依赖里": ["test_readme.py::test_no_dependency_has_another_licence"],
    "Office.js 服务另用到": ["test_readme.py::test_the_extras_that_are_named_are_there"],
    "自查网页里装着": ["server/page/test_build.py::test_the_archive_has_what_a_check_needs_and_no_more"],
}
"""How a sentence of the README begins → the tests that hold it."""

OF_PAGES = {
    ("填报", "带不带单位、空格、括号都认得"): [
        "ledgers/test_headings.py::test_ways_to_write_one_head",
        "ledgers/test_headings.py::test_the_money_unit_in_brackets",
    ],
    ("填报", "疑似以元填写）逐条列出工作表和行，其余单位照填"): [
        "ledgers/test_scrutiny.py::test_an_amount_in_yuan_next_to_last_year_in_wan_yuan",
        "ledgers/test_scrutiny.py::test_a_whole_row_in_yuan_is_seen_against_the_total",
        "ledgers/test_wrong_ledgers.py::test_a_missing_column_is_named_and_the_other_columns_are_read",
        "jobs/test_batch.py::test_units_with_the_same_file_name_are_left_out_and_the_others_filled",
    ],
    ("批注稿和上报稿", "各说明原因，其余文件照常"): [
        "outputs/annotate/test_run.py::test_other_kinds_and_broken_files_are_reported_and_the_rest_goes_on"
    ],
    ("批注稿和上报稿", "各列一条问题，不生成；其余文件照常"): [
        "workbooks/test_strip.py::test_a_bad_file_is_one_finding_and_the_others_go_on"
    ],
    ("自查网页", "（约 10 MB）"): [
        "server/page/test_build.py::test_the_page_is_one_file_that_names_no_address"
    ],
    ("报送登记", "任何时候断电、关掉窗口都不会丢"): ["season/test_season.py::*"],
}
"""What pages of docs/ claim that the README once did, and the tests that hold it."""

NOT_CLAIMED = [
    "财政局每年收几百家",
    "以后用 `.venv",
    "**读不准的不当准的。",
    "**一份文本，一个结论。",
    "**不动您的东西。",
    "**没有在真正的 Excel 和 WPS",
    "**加载项、按钮、Office.js 服务没有",
    "安装和移除在 Wine",
    ".et 只用改名的",
    "加载项里的 VBA",
]
"""Sentences that describe the reader's work, give a heading, or admit what was not or only once tried."""


def sentences() -> list[str]:
    """The sentences of the README outside of tables, headings and code."""
    text = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
    found = []
    for part in re.split(r"\n\s*\n|\n(?=[-|#])", text):
        block = part.strip().removeprefix("- ").replace("\n", " ")
        if block and block[0] not in "|#":
            found += re.findall(r"[^。；]+(?:[。；]\**)?", block) if "English" not in block else [block]
    return [sentence.strip() for sentence in found if sentence.strip()]


def test_every_sentence_is_held_or_claims_nothing():
    beginnings = [*CLAIMS, *NOT_CLAIMED]
    assert [text for text in sentences() if not text.startswith(tuple(beginnings))] == []
    assert [start for start in beginnings if not any(text.startswith(start) for text in sentences())] == []


@pytest.mark.parametrize(
    "name", sorted({name for names in [*CLAIMS.values(), *OF_PAGES.values()] for name in names})
)
def test_the_tests_that_are_named_are_there(name):
    place, _, function = name.partition("::")
    if not function:
        assert list((ROOT / "tests").glob(f"{place}.py"))
        return
    tree = ast.parse((ROOT / "tests" / place).read_text("utf-8"))
    defined = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert function in defined or (function == "*" and any(name.startswith("test_") for name in defined))


@pytest.mark.parametrize(("page", "claim"), OF_PAGES)
def test_the_pages_still_claim_it(page, claim):
    assert claim in (ROOT / "docs" / f"{page}.md").read_text("utf-8")


def test_the_table_of_commands_is_that_of_the_help():
    rows = re.findall(r"^\| ([^|]+) \| (`xlperf [^|]+) \| [^|]+ \|$", README, re.MULTILINE)
    shown = {title: re.findall(r"`xlperf (\w+)`", commands) for title, commands in rows}
    steps = command_texts()["commands"]["xlperf"]["steps"]
    assert {title: sorted(names) for title, names in shown.items()} == {
        title: sorted(names) for title, names in steps.items()
    }


def test_python_and_licence_are_those_of_the_project():
    assert PROJECT["requires-python"] == ">=3.11"
    assert "Python ≥ 3.11, MIT licence" in README
    assert "Python 3.11 或更高版本" in README
    assert PROJECT["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT")


def test_the_two_commands_do_what_is_said():
    steps = dict(
        re.findall(r"^(\w+):.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    )
    assert steps["demo"].split("\n\t")[-1].strip() == "@.venv/bin/xlperf demo"
    assert "xlperf page build" in steps["page"]
    assert steps["test"].endswith(" lint tests\n")
    assert {"pytest", "mypy", "ruff"} <= set(re.findall(r"\w+", steps["lint"] + steps["tests"]))
    texts = command_texts()["commands"]
    assert "300" in texts["demo"]["options"]["units"]["help"]
    assert texts["page build"]["options"]["output"]["default"] == "自查.html"
    setup = (ROOT / ".ci" / "setup").read_text("utf-8")
    assert "debian_install libreoffice-calc libreoffice-writer" in setup
    assert "debian_install fonts-noto-cjk" in setup


def test_the_demo_leaves_what_is_said(tmp_path):
    run(tmp_path, 24)
    assert len(list((tmp_path / "填报").glob("*.xlsx"))) + len(list((tmp_path / "收到").iterdir())) == 24
    (working,) = (tmp_path / "工作稿").iterdir()
    assert "校验" in openpyxl.load_workbook(working, read_only=True).sheetnames
    lists = openpyxl.load_workbook(tmp_path / "问题清单.xlsx")
    links = [cell for sheet in lists for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert any("收到" in (cell.hyperlink.target or "") for cell in links)


def test_nothing_is_asked_of_the_network(tmp_path, monkeypatch):
    def refused(*_: object) -> None:
        pytest.fail("asked")

    (tmp_path / g.file_name()).write_bytes(g.good())
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refused)
    assert check([tmp_path]).files


def test_functions_are_older_than_excel_2010():
    used: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(new_bytes(load_profile("hunan-yueyang-2024")))) as package:
        for name in package.namelist():
            text = package.read(name).decode() if name.endswith(".xml") else ""
            for formula in re.findall(r"<(?:f|formula\d?|definedName)\b[^>]*>([^<]*)<", text):
                used |= set(
                    re.findall(r"([A-Z][A-Z0-9.]+)\(", re.sub(r"\"[^\"]*\"|&quot;.*?&quot;", "", formula))
                )
    assert {"SUM", "COUNTIFS"} <= used
    assert used & set(LATER) == {"SHEET", "SHEETS"}


def test_the_extras_that_are_named_are_there():
    extras = PROJECT["optional-dependencies"]
    assert set(re.findall(r"xlperf\[(\w+)\]|\"\.\[(\w+)\]\"", README)) == {("archives", ""), ("", "fast")}
    assert {"archives", "fast", "server"} <= extras.keys()
    assert any(line.startswith("xlwings") for line in extras["server"])


def test_no_dependency_has_another_licence():
    for line in PROJECT["dependencies"]:
        name = Requirement(line).name
        known = distribution(name).metadata
        says = " ".join(
            [known.get("License-Expression") or known.get("License") or "", *known.get_all("Classifier", [])]
        )
        is_lesser = name == "docxtpl"
        assert ("LGPL" in says) is is_lesser, name
        assert is_lesser or not re.search(r"\bA?GPL|General Public", says), name
        assert is_lesser or re.search(r"MIT|BSD|Apache", says), name
