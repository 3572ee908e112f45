"""Exemptions from JSON and Excel: what they cover, when they run out, how wrong files are reported."""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from tests.outputs.samples import BROKEN, RATE, SUM
from xlperf.core.errors import InputError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.finding_filters import Exemption, apply, read_exemptions

KNOWN = {"B501", "S602", "F101"}
TODAY = date(2025, 7, 15)
ENTRY = {"code": "B501", "unit": "101001", "reason": "市局已函复同意", "until": "2025-12-31"}
ONE = Exemption("B501", "101001", "", "市局已函复同意", date(2025, 12, 31))


def json_file(folder: Path, content: object) -> Path:
    path = folder / "豁免.json"
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path


def sheet_file(folder: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / "豁免.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        ({}, True),
        ({"unit": "君山区住建局"}, True),
        ({"unit": "*"}, True),
        ({"unit": "101002"}, False),
        ({"unit": "101"}, False),
        ({"field": "执行率"}, True),
        ({"field": "得分"}, False),
        ({"code": "S602"}, False),
        ({"until": TODAY}, True),
    ],
)
def test_what_is_covered(change, covered):
    opened, exempted, extra = apply([RATE], [replace(ONE, **change)], KNOWN, TODAY)
    assert (len(opened), len(exempted), extra) == ((0, 1, []) if covered else (1, 0, []))
    if covered:
        assert exempted[0].exempt == "市局已函复同意"
        assert exempted[0].fingerprint == RATE.fingerprint


def test_by_label_or_row_name():
    for field in ("合计", "道路改造"):
        exemption = Exemption("S602", "*", field, "已核", date(2099, 1, 1))
        assert len(apply([SUM, BROKEN], [exemption], KNOWN, TODAY)[1]) == 1


def test_an_expired_exemption_is_ignored_and_reported():
    opened, exempted, extra = apply([RATE], [replace(ONE, until=date(2025, 7, 14), row=3)], KNOWN, TODAY)
    assert (opened, exempted) == ([RATE], [])
    assert [finding.code for finding in extra] == ["E901"]
    assert "第 3 条" in extra[0].message
    assert "2025-07-14" in extra[0].message


def test_an_unknown_code_is_reported_with_a_guess():
    opened, exempted, extra = apply([RATE], [replace(ONE, code="B510", file="豁免.json")], KNOWN, TODAY)
    assert (opened, exempted) == ([RATE], [])
    assert [finding.code for finding in extra] == ["E902"]
    assert "B501" in extra[0].message
    assert extra[0].location.file == "豁免.json"


def test_json(tmp_path):
    path = json_file(tmp_path, [ENTRY, {**ENTRY, "field": "执行率"}])
    assert read_exemptions(path) == [
        replace(ONE, file=str(path), row=1),
        replace(ONE, file=str(path), row=2, field="执行率"),
    ]


def test_json_with_byte_order_mark_and_chinese_keys(tmp_path):
    path = tmp_path / "豁免.json"
    path.write_text('[{"代码":"b501","单位":"*","理由":"已核","有效期至":"2025年12月31日"}]', "utf-8-sig")
    assert read_exemptions(path)[0] == Exemption("B501", "*", "", "已核", date(2025, 12, 31), str(path), 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("9999-12-31", date(9999, 12, 31)),
        ("2025年12月", date(2025, 12, 31)),
        ("2025/6/30", date(2025, 6, 30)),
        ("2025.6.30", date(2025, 6, 30)),
    ],
)
def test_dates_as_people_write_them(tmp_path, text, day):
    assert read_exemptions(json_file(tmp_path, [{**ENTRY, "until": text}]))[0].until == day


def test_sheet_as_accountants_keep_it(tmp_path):
    path = sheet_file(
        tmp_path,
        ["代码", "单位", "字段", "理由", "有效期至"],
        ["B501", 101001, None, "市局已函复同意", datetime(2025, 12, 31)],
        [None, None, None, None, None],
        ["S602", "衡阳市住建局", "合计", "已核", "2025.12.31"],
    )
    first, second = read_exemptions(path)
    assert first == replace(ONE, file=str(path), row=2)
    assert (second.row, second.unit, second.until) == (4, "衡阳市住建局", date(2025, 12, 31))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"code": "B501"}, "应当是一个列表"),
        (["B501"], "应当是一个列表"),
        ([{**ENTRY, "reason": ""}], "第 1 条没有写“理由”"),
        ([ENTRY, {**ENTRY, "until": "随便"}], "第 2 条的有效期“随便”不是日期"),
        ([{**ENTRY, "when": "x"}], "不认识的内容“when”"),
        ([{key: value for key, value in ENTRY.items() if key != "unit"}], "没有写“单位”"),
    ],
)
def test_wrong_json(tmp_path, content, words):
    path = json_file(tmp_path, content)
    with pytest.raises(InputError, match=words) as caught:
        read_exemptions(path)
    assert str(path) in str(caught.value)


def test_broken_files(tmp_path):
    path = tmp_path / "豁免.json"
    path.write_text('[{"code": ]', "utf-8")
    with pytest.raises(InputError, match="第 1 行第 11 列：不是合法的 JSON"):
        read_exemptions(path)
    path.write_bytes("[代码]".encode("gbk"))
    with pytest.raises(InputError, match="不是 UTF-8 编码"):
        read_exemptions(path)
    with pytest.raises(InputError, match="找不到豁免文件"):
        read_exemptions(tmp_path / "没有.json")
    (tmp_path / "坏.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(InputError, match="打不开"):
        read_exemptions(tmp_path / "坏.xlsx")


def test_a_sheet_without_headings(tmp_path):
    with pytest.raises(InputError, match="缺少列：理由、有效期至"):
        read_exemptions(sheet_file(tmp_path, ["代码", "单位"], ["B501", "*"]))
    with pytest.raises(InputError, match="缺少列：代码"):
        read_exemptions(sheet_file(tmp_path))


@pytest.mark.parametrize(
    ("entry", "valid"),
    [
        (ENTRY, True),
        ({**ENTRY, "field": "执行率"}, True),
        ({**ENTRY, "reason": " "}, False),
        ({**ENTRY, "when": "x"}, False),
        ({"code": "B501"}, False),
    ],
)
def test_schema_and_reader_agree(tmp_path, entry, valid):
    schema = json.loads((schemas_dir() / "exemptions.schema.json").read_text("utf-8"))
    assert jsonschema.Draft202012Validator(schema).is_valid([entry]) is valid
    try:
        read_exemptions(json_file(tmp_path, [entry]))
    except InputError:
        assert not valid
    else:
        assert valid
