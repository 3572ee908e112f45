"""Ten questions over a handful of made rows, answered by hand; answers as text, .csv, .xlsx."""

import json
from pathlib import Path

import openpyxl
import pytest

from xlperf.core.errors import InputError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.explain import all_codes
from xlperf.jobs.filing_rows import ValueRow, amount_rows
from xlperf.outputs.answer_formats import csv_text, text_lines, write_answer
from xlperf.outputs.data_tables import data_tables, destination
from xlperf.outputs.questions import AnswerTable, Question, ask, question, questions

KINDS = {"text": "", "number": None, "whole": None}


def row(table: str, **given) -> list:
    """A row of a table with some columns given, the others empty."""
    kinds = data_tables()[table].kinds
    assert given.keys() <= kinds.keys()
    return [given.get(name, KINDS[kind]) for name, kind in kinds.items()]


def value(unit: str, field: str, number: float | None, form: str = "基础", **more) -> list:
    unit_code, unit_name = unit.split("_")
    whose = {"file_number": int(unit_code), "unit_code": unit_code, "unit_name": unit_name, "year": 2024}
    given = {"file": f"{unit}.xlsx", "form": form, "field": field, "number": number}
    return row("filled_values", **{**whose, **given, **more})


def indicator(unit: str, name: str, score: float, weight: float, **more) -> list:
    unit_code, unit_name = unit.split("_")
    named = {"level1": "产出指标", "level2": name, "form": "整体", "file_number": int(unit_code)}
    whose = {"unit_code": unit_code, "unit_name": unit_name}
    return row("indicators", **{**whose, **named, "score": score, "weight": weight, **more})


def finding(code: str, severity: str, unit: str, **more) -> list:
    unit_code, unit_name = unit.split("_")
    whose = {"unit_code": unit_code, "unit_name": unit_name}
    return row("findings", **{"code": code, "severity": severity, **whose, **more})


A, B = "001_甲局", "002_乙局"
FILES = [
    row("files", file_number=1, file=f"{A}.xlsx", unit_code="001", unit_name="甲局"),
    row("files", file_number=2, file=f"{B}.xlsx", unit_code="002", unit_name="乙局"),
]
PROJECT = {"form": "项目", "item": "修路", "sheet": "项目1"}
VALUES = [
    value(A, "三公经费_上年决算数", 10.0),
    value(A, "三公经费_本年预算数", 12.0),
    value(A, "三公经费_本年决算数", 15.0),
    value(A, "接待_本年预算数", 3.0),
    value(A, "接待_本年决算数", 3.0),
    value(B, "三公经费_上年决算数", 0.0),
    value(B, "三公经费_本年预算数", 5.0),
    value(B, "三公经费_本年决算数", 99.0, doubt="两处不同"),
    value(B, "办公经费_上年决算数", 8.0),
    value(B, "办公经费_本年决算数", 9.0),
    value(A, "总分_得分", 97.5, "整体"),
    value(B, "总分_得分", 88.0, "整体"),
    value("003_丙局", "总分_得分", 100.0, "整体"),
    value(A, "年度资金总额_全年预算数", 50.0, **PROJECT),
    value(A, "年度资金总额_全年执行数", 20.0, **PROJECT),
    value(A, "主管部门", None, **PROJECT, text="交通局"),
    value(B, "年度资金总额_全年预算数", 50.0, **PROJECT),
    value(B, "年度资金总额_全年执行数", 40.0, **PROJECT),
    value(B, "年度资金总额_全年预算数", 0.0, **{**PROJECT, "sheet": "项目2"}),
    value(B, "年度资金总额_全年执行数", 0.0, **{**PROJECT, "sheet": "项目2"}),
]
AMOUNTS = [
    (number, *amount)
    for number in (1, 2)
    for amount in amount_rows(ValueRow(*found) for at, *found in VALUES if at == number)
]
INDICATORS = [
    *(indicator(A, "数量指标", 2.0, 2.0) for _ in range(5)),
    *(indicator(B, "质量指标", 4.0, 5.0) for _ in range(5)),
    indicator(B, "时效指标", 9.0, 5.0),
]
FINDINGS = [
    finding("B501", "error", A),
    finding("B501", "error", A),
    finding("C301", "warning", A),
    finding("C313", "note", A),
    finding("C301", "warning", B),
    finding("S645", "warning", A, value="优", expected="良", message="等级不符", file="甲.xlsx"),
    finding("D901", "error", "004_丁局", message="没有报送", fix="催促"),
]
ANSWERS = {
    "三公超预算": [("001", "甲局", 2024, "三公经费", 12.0, 15.0, 3.0, f"{A}.xlsx")],
    "执行率低": [("001", "甲局", "修路", 50.0, 20.0, 40.0, f"{A}.xlsx", "项目1")],
    "得分与等级不符": [("001", "甲局", "", "优", "良", "等级不符", "甲.xlsx", "", "")],
    "两年增幅": [
        ("001", "甲局", 2024, "三公经费", 10.0, 15.0, 5.0, 50.0, f"{A}.xlsx"),
        ("002", "乙局", 2024, "办公经费", 8.0, 9.0, 1.0, 12.5, f"{B}.xlsx"),
    ],
    "主管部门的问题": [
        ("交通局", 1, "B501", 2, 1, 4),
        ("交通局", 2, "C301", 1, 1, 4),
        ("交通局", 3, "S645", 1, 1, 4),
        ("（没有填）", 1, "C301", 1, 1, 2),
        ("（没有填）", 2, "D901", 1, 1, 2),
    ],
    "分值分布": [(95, 100, 2, 66.67), (85, 90, 1, 33.33)],
    "未报送": [("D901", "004", "丁局", "没有报送", "催促")],
    "拿不准": [("002", "乙局", 1, "", "两处不同", f"{B}.xlsx")],
    "扣分的指标": [
        ("整体", "产出指标", "质量指标", 5, 20.0, 25.0, 80.0, 5),
        ("整体", "产出指标", "数量指标", 5, 10.0, 10.0, 100.0, 0),
    ],
    "全部满分": [("001", "甲局", 5, 10.0, f"{A}.xlsx")],
}


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> Path:
    pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("导出") / "全区 [第1批]'"
    with destination(str(folder)).opened() as tables:
        given = {"files": FILES, "filled_values": VALUES, "amounts": AMOUNTS, "indicators": INDICATORS}
        given |= {"findings": FINDINGS}
        for name, rows in given.items():
            tables.write(data_tables()[name], rows)
    return folder


def test_there_are_ten():
    assert questions().keys() == ANSWERS.keys()
    assert len(ANSWERS) == 10


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_the_one_by_hand(exported, name):
    given = ask(exported, question(name))
    assert [tuple(answered) for answered in given.rows] == ANSWERS[name]
    assert len(given.headings) == len(ANSWERS[name][0])
    assert all(not heading.isascii() for heading in given.headings)


def test_the_codes_that_are_asked_for_exist():
    declared = json.loads((schemas_dir() / "questions.json").read_text("utf-8"))
    quoted = {
        word
        for asked in declared["questions"].values()
        for word in asked["sql"].split("'")
        if len(word) == 4 and word[0].isupper() and word[1:].isdecimal()
    }
    assert quoted == {"S645", "D901", "D908", "D909"}
    assert quoted <= set(all_codes())


def test_an_unknown_question_and_a_folder_without_tables(tmp_path):
    with pytest.raises(InputError, match="是不是“三公超预算”"):
        question("三公经费超预算")
    pytest.importorskip("duckdb")
    with pytest.raises(InputError, match="不是导出的文件夹，缺 files"):
        ask(tmp_path, question("未报送"))
    for name in data_tables():
        (tmp_path / f"{name}.parquet").write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(InputError, match="请重新导出"):
        ask(tmp_path, question("未报送"))


HOSTILE = AnswerTable(
    Question("例", "举例", "", ""),
    ["名称", "数"],
    [["=cmd|' /C calc'!A0", -1.5], ["红\x1b[31m色\n两行", None], ["x" * 80, 1234567.0]],
)


def test_texts_of_others_stay_texts(tmp_path):
    assert csv_text(HOSTILE).splitlines()[:2] == ["名称,数", "'=cmd|' /C calc'!A0,-1.5"]
    lines = text_lines(HOSTILE)
    assert lines[2].rstrip() == "红 [31m色 两行"
    assert lines[3] == "x" * 34 + "……  1234567"
    assert len(text_lines(HOSTILE, 1)) == 2
    write_answer(HOSTILE, tmp_path / "答.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "答.xlsx").active
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["B2"].value) == (HOSTILE.rows[0][0], "s", -1.5)
    with pytest.raises(InputError, match="后缀不对"):
        write_answer(HOSTILE, tmp_path / "答.pdf")
