"""The table of formats, and json, sarif, junit and html as their readers see them."""

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import docx
import jsonschema
import pytest

from tests.engines import convert
from tests.outputs.samples import BROKEN, EMPTY, FILES, HOSTILE, JUNSHAN, RATE, REPORT, SUM, many
from xlperf.core.errors import InputError, OutputError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Link, fold
from xlperf.outputs.report_formats import (
    FORMATS,
    format_of,
    render,
    write,
)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_renders_reports_with_and_without_findings(name):
    for report in (REPORT, EMPTY):
        assert len(render(report, name)) > 40


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.txt", "text"),
        ("b/清单.XLSX", "xlsx"),
        ("a.html", "html"),
        ("a.htm", "html"),
        ("a.json", "json"),
        ("a.sarif", "sarif"),
        ("a.xml", "junit"),
    ],
)
def test_suffix_decides(path, name):
    assert format_of(path).name == name


@pytest.mark.parametrize("path", ["a.pdf", "a", "a.xls"])
def test_unknown_suffix(path, tmp_path):
    with pytest.raises(InputError, match=r"看不出报告格式.*\.xlsx"):
        write(REPORT, tmp_path / path)
    assert not list(tmp_path.iterdir())


def test_unknown_format():
    with pytest.raises(InputError, match="没有“pdf”这种报告格式"):
        render(REPORT, "pdf")


def test_write(tmp_path):
    write(REPORT, tmp_path / "a.json")
    write(REPORT, tmp_path / "b.json", "sarif")
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["summary"]["errors"] == 2
    assert json.loads((tmp_path / "b.json").read_text("utf-8"))["version"] == "2.1.0"
    with pytest.raises(OutputError):
        write(REPORT, tmp_path / "missing" / "a.json")


# json


@pytest.mark.parametrize("report", [REPORT, EMPTY])
def test_json_is_valid_against_its_schema(report):
    schema = json.loads((schemas_dir() / "finding.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(render(report, "json")))


def test_json_content():
    content = json.loads(render(REPORT, "json"))
    assert content["version"] == "0.1.0"
    assert content["summary"] == {
        "files": 4,
        "errors": 2,
        "warnings": 1,
        "notes": 1,
        "folded": 0,
        "exempted": 1,
    }
    first = content["findings"][0]
    assert first.pop("fingerprint") == REPORT.findings[0].fingerprint
    assert first == {
        "code": "B501",
        "severity": "error",
        "message": "执行率应为 98.49%，填报 98%。",
        "fix": "改为 98.49%。",
        "basis": "自评表填报说明",
        "file": JUNSHAN,
        "sheet": "整体支出绩效自评表",
        "cell": "H6",
        "form": "",
        "item": "",
        "field": "执行率",
        "label": "执行率",
        "row": "",
        "unit_code": "101001",
        "unit_name": "君山区住建局",
        "value": "98%",
        "expected": "98.49%",
        "unit": "",
    }
    assert content["exempted"][0]["reason"] == "市局已函复同意"


# sarif


def test_sarif_results():
    log = json.loads(render(REPORT, "sarif"))
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["name"] == "xlperf"
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note", "warning"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert re.fullmatch("[0-9a-f]{16}", result["partialFingerprints"]["xlperf/v2"])
        assert result["message"]["text"]


def test_sarif_places():
    results = json.loads(render(REPORT, "sarif"))["runs"][0]["results"]
    location = results[2]["locations"][0]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "received/%E8%A1%A1%E9%98%B3%20%E9%A1%B9%E7%9B%AE%281%29%232%20100%25.xlsx"
    assert "region" not in location["physicalLocation"]
    assert location["logicalLocations"] == [{"name": "B4", "fullyQualifiedName": "项目2 '甲'!B4"}]
    assert "logicalLocations" not in results[3]["locations"][0]


def test_sarif_rules_carry_help_and_exemptions_are_suppressions():
    report = replace(REPORT, files=[CheckedFile("x.xlsx", profile="hunan-yueyang-2024")])
    run = json.loads(render(report, "sarif"))["runs"][0]
    rule = next(rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == "B501")
    assert rule["help"]["text"]
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert [result.get("suppressions") for result in run["results"]] == [
        *[None] * 4,
        [{"kind": "external", "justification": "市局已函复同意"}],
    ]


# junit


def test_junit_suites_and_counts():
    root = ET.fromstring(render(REPORT, "junit"))
    assert root.attrib == {
        "name": "xlperf",
        "tests": "6",
        "failures": "2",
        "skipped": "1",
    }
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == [JUNSHAN, REPORT.findings[2].location.file, "received/坏.xlsx", "received/好.xlsx"]
    assert suites[JUNSHAN].get("failures") == "2"
    assert suites["received/好.xlsx"].find("testcase").get("name") == "通过"


def test_junit_cases():
    root = ET.fromstring(render(REPORT, "junit"))
    failure = root.find(".//failure[@type='B501']")
    assert failure.get("message") == "执行率应为 98.49%，填报 98%。"
    assert "应为：98.49%" in failure.text
    assert root.find(".//skipped").get("message") == "市局已函复同意"
    outputs = [output.text for output in root.iter("system-out")]
    assert outputs[1].startswith("提示：文件打不开。")
    assert outputs[0].startswith("警告：合计与各项之和不符。")
    assert all(len(case) <= 1 for case in root.iter("testcase"))


# What is listed under a finding


TREE = fold(
    RATE, [replace(SUM, message="总分也错了。"), replace(BROKEN, message="<b>&\x00")], Link.CONSEQUENCE
)
FOLDED = Report("0.1.0", files=FILES).holding(
    [fold(TREE, [replace(RATE, location=SUM.location)], Link.PLACE)]
)


FOLLOWS = "衡阳 项目(1)#2 100%.xlsx 项目2 '甲'!B4 合计（道路改造）：总分也错了。"


def test_sarif_has_what_follows_as_related_places():
    (result,) = json.loads(render(FOLDED, "sarif"))["runs"][0]["results"]
    assert result["relatedLocations"][0]["message"]["text"] == "总分也错了。"
    assert len(result["relatedLocations"]) == 3


def test_junit_says_what_follows():
    root = ET.fromstring(render(FOLDED, "junit"))
    assert root.get("failures") == "1"
    assert (
        "由此引起：衡阳 项目(1)#2 100%.xlsx 项目2 '甲'!B4 合计（道路改造）：总分也错了。"
        in root.find(".//failure").text
    )


def test_text_says_what_follows_below_its_cause():
    lines = render(FOLDED, "text").decode().splitlines()
    start = lines.index("       由此引起：")
    assert (
        lines[start + 1] == "         衡阳 项目(1)#2 100%.xlsx 项目2 '甲'!B4 合计（道路改造）：总分也错了。"
    )
    assert "       同一处也在：" in lines


def test_word_opens_in_word_and_libreoffice(tmp_path):
    path = tmp_path / "清单.docx"
    write(FOLDED, path)
    document = docx.Document(path)
    (table,) = document.tables
    assert [cell.text for cell in table.rows[1].cells][::2] == [
        "错误",
        "\n".join(
            [
                "执行率",
                "执行率应为 98.49%，填报 98%。",
                "由此引起：衡阳 项目(1)#2 100%.xlsx 项目2 '甲'!B4、坏.xlsx",
                "同一处也在：衡阳 项目(1)#2 100%.xlsx 项目2 '甲'!B4",
            ]
        ),
        "98.49%",
    ]
    assert render(FOLDED, "docx") == render(FOLDED, "docx")
    assert "1 个单位有错误" in "".join(paragraph.text for paragraph in document.paragraphs)
    again = docx.Document(convert(path, "docx", tmp_path / "lo"))
    assert [len(table.rows) for table in again.tables] == [2]
    for report in (REPORT, EMPTY):
        docx.Document(io.BytesIO(render(report, "docx")))


def test_a_word_file_has_what_a_person_can_read_and_counts_the_rest():
    document = docx.Document(io.BytesIO(render(many(2_003), "docx")))
    assert sum(len(table.rows) - 1 for table in document.tables) == 2_000
    said = document.paragraphs[-1].text
    assert "2000" in said
    assert "另有 3 个" in said
    assert ".xlsx" in said


# html


class Page(HTMLParser):
    """Collects tags, attribute values and the texts of table cells."""

    def __init__(self):
        super().__init__()
        self.tags, self.cells, self.values, self.inside = [], [], [], False

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.values += [f"{name}={value}" for name, value in attrs]
        if tag == "td":
            self.inside = True
            self.cells.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "td"

    def handle_data(self, data):
        if self.inside:
            self.cells[-1] += data


@pytest.fixture
def page():
    parser = Page()
    parser.feed(render(REPORT, "html").decode())
    return parser


def test_html_shows_every_finding_as_written(page):
    assert len(page.cells) == 6 * 5
    assert f"<b>&{HOSTILE}" in page.cells
    assert "合计（道路改造）合计与各项之和不符。（已豁免：市局已函复同意）" in page.cells


def test_html_has_a_verdict_and_a_table_for_each_unit(page):
    assert "class=verdict error" in page.values
    assert page.tags.count("section") == 4  # three units, and what is exempted
    assert "1 个单位有错误，须改正后重报" in render(REPORT, "html").decode()
    assert "没有发现问题" in render(EMPTY, "html").decode()
    kept = EMPTY.holding([SUM, SUM])
    assert "没有错误；2 个警告请核对" in render(kept, "html").decode()
    assert "没有错误和警告" in render(EMPTY.holding([BROKEN]), "html").decode()


def test_html_takes_no_tags_from_received_files(page):
    assert page.tags.count("script") == 1
    assert page.tags.count("b") == 4  # what each of four findings is about


def test_html_filters(page):
    for value in ("value=error", "value=430401 衡阳市住建局", "value=S602", "data-code=S602"):
        assert value in page.values


def test_html_needs_nothing_from_outside():
    text = render(REPORT, "html").decode()
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|src=|@import|url\(", text)
