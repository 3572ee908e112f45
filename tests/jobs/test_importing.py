"""Received files in, working copies out: nothing lost, nothing invented, everything converted reported."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.received import good as g
from tests.received.clumsy import KINDS
from tests.received.packages import UNIT, sheets, word
from xlperf.checks.file_check import check_file
from xlperf.core.errors import InputError, OutputError
from xlperf.intake.filing_reader import read_filing
from xlperf.jobs.import_filings import import_filings

NAME = g.filing().unit_name


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def values(path: Path) -> list:
    return [
        (
            record.form,
            {name: value for name, value in record.fields.items() if value is not None},
            record.tables,
        )
        for record in read_filing(path).filing.records
    ]


def codes(result) -> list[str]:
    return sorted({finding.code for finding in result.findings})


def test_a_working_copy_of_a_good_workbook_is_the_same_filing(tmp_path):
    source = written(tmp_path / "收到", {g.file_name(): g.good()}) / g.file_name()
    result = import_filings([source], tmp_path / "稿")
    assert (result.files, codes(result)) == ([tmp_path / "稿" / g.file_name()], [])
    assert values(result.files[0]) == values(source)
    assert check_file(result.files[0]).findings == []
    assert source.read_bytes() == g.good()


def test_pieces_of_several_kinds_become_one_filing(tmp_path):
    pieces = {
        "附件1.xlsx": sheets("基础数据表"),
        "附件2.docx": word(1),
        "项目/项目1.xlsx": sheets("项目支出绩效自评表1"),
        "项目/项目2.docx": word(3),
    }
    result = import_filings([written(tmp_path / "某单位", pieces)], tmp_path / "稿")
    assert [file.name for file in result.files] == [f"{UNIT}.xlsx"]
    assert not {finding.code for finding in result.findings} - {"I101", "T215"}
    assert result.skipped == []
    found = check_file(result.files[0])
    assert {finding.code for finding in found.findings} <= {"M402", "M410"}
    whole = written(tmp_path / "整", {"一份.xlsx": g.good()}) / "一份.xlsx"
    ours, theirs = values(result.files[0]), values(whole)
    assert [form for form, *_ in ours] == ["基础", "整体", "项目", "项目"]
    for (_, fields, tables), (_, right, rows) in zip(ours, theirs, strict=True):
        numbers = {name: value for name, value in right.items() if isinstance(value, float)}
        shown = {name: fields.get(name, 0.0) for name in numbers}
        assert shown == pytest.approx(numbers, abs=0.005)
        assert [len(table) for table in tables.values()] == [len(table) for table in rows.values()]


def test_the_files_of_a_zip_are_one_unit(tmp_path):
    path = tmp_path / "007_某镇.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/1.xlsx", sheets("基础数据表"))
        archive.writestr("b/2.xlsx", sheets("项目支出绩效自评表1"))
    result = import_filings([path], tmp_path / "稿")
    assert [file.name for file in result.files] == ["007_某镇.xlsx"]
    assert codes(result) == ["I107"]
    assert "整体支出绩效自评表" in result.findings[0].message


def test_a_copy_is_called_after_its_unit_and_after_its_file_where_a_unit_has_two(tmp_path):
    folder = written(tmp_path / "收到", {"a.xlsx": g.good(), "b.xlsx": g.good(), g.file_name(): g.good()})
    result = import_filings([folder], tmp_path / "稿")
    assert sorted(path.name for path in result.files) == [g.file_name(), f"{NAME}_a.xlsx", f"{NAME}_b.xlsx"]


@pytest.mark.parametrize(
    ("kind", "raw", "made"),
    [
        ("yuan_typed", "元", "万元"),
        ("unit_typed", "万元", ""),
        ("full_width_number", "", ""),
        ("text_number", "", ""),
    ],
)
def test_what_was_converted_is_reported_with_the_raw_text(tmp_path, kind, raw, made):
    content = KINDS[kind]()
    source = written(tmp_path / "收到", {"a.xlsx": content}) / "a.xlsx"
    result = import_filings([source], tmp_path / "稿")
    (found,) = result.findings
    assert found.code == "I101"
    assert raw in found.value
    assert made in found.message
    cell = openpyxl.load_workbook(result.files[0])[found.location.sheet][found.location.cell]
    assert f"{cell.value:.2f}" == f"{float(found.expected):.2f}"


def test_a_formula_cell_with_another_number_stays_as_published(tmp_path):
    content = KINDS["formula_overwritten_by_another_number"]()
    source = written(tmp_path / "收到", {"a.xlsx": content}) / "a.xlsx"
    result = import_filings([source], tmp_path / "稿")
    book = openpyxl.load_workbook(result.files[0])
    assert book["基础数据表"][g.address("基础", "在职人员控制率")].value == 0.95


def test_what_has_no_place_is_reported(tmp_path):
    files = {
        "草稿.xlsx": KINDS["extra_sheet"](),
        "旁注.xlsx": KINDS["remark_next_to_the_form"](),
        "插行.xlsx": KINDS["inserted_row_with_content"](),
        "错误值.xlsx": KINDS["error_in_an_input"](),
    }
    result = import_filings([written(tmp_path / "收到", files)], tmp_path / "稿")
    by_file = {Path(finding.location.file).name: finding.code for finding in result.findings}
    assert by_file == {"草稿.xlsx": "I102", "旁注.xlsx": "T215", "插行.xlsx": "T207", "错误值.xlsx": "I109"}
    assert len(result.files) == len(files)


def test_two_versions_of_a_form_are_not_decided(tmp_path):
    other = {g.BASIC: g.number(g.address("基础", "在职人数"), 70)}
    pieces = {
        "附件1.xlsx": sheets("基础数据表"),
        "附件1改.xlsx": sheets("基础数据表", changes=other),
        "附件2.xlsx": sheets("整体支出绩效自评表"),
    }
    folder = written(tmp_path / "某单位", pieces)
    result = import_filings([folder], tmp_path / "稿")
    assert (result.files, len(result.skipped)) == ([], 3)
    assert "在职人数" in next(finding.message for finding in result.findings if finding.code == "I106")
    (folder / "附件1改.xlsx").write_bytes(pieces["附件1.xlsx"])
    result = import_filings([folder], tmp_path / "稿")
    assert codes(result) == ["I105", "I107"]
    assert len(result.files) == 1


def test_unreadable_files_are_reported_and_the_others_go_on(tmp_path):
    files = {"好.xlsx": g.good(), "坏.xlsx": KINDS["truncated"](), "空.xlsx": b""}
    result = import_filings([written(tmp_path / "收到", files)], tmp_path / "稿")
    assert [file.name for file in result.files] == [f"{NAME}.xlsx"]
    assert [path.name for path in result.skipped] == ["坏.xlsx", "空.xlsx"]
    assert codes(result) == ["F101", "F115"]


def test_copies_never_replace_sources_or_silently_other_files(tmp_path):
    folder = written(tmp_path / "收到", {f"{NAME}.xlsx": g.good()})
    with pytest.raises(OutputError, match="原文件"):
        import_filings([folder], folder)
    import_filings([folder], tmp_path / "稿")
    with pytest.raises(OutputError, match="--force"):
        import_filings([folder], tmp_path / "稿")
    assert import_filings([folder], tmp_path / "稿", force=True).files
    written(tmp_path / "收到" / "下级", {f"{NAME}.XLSX": g.good()})
    result = import_filings([folder], tmp_path / "稿二")
    assert sorted(path.name for path in result.files) == [
        f"下级_{NAME}_{NAME}.xlsx",
        f"收到_{NAME}_{NAME}.xlsx",
    ]


def test_a_profile_that_does_not_exist(tmp_path):
    with pytest.raises(InputError):
        import_filings([written(tmp_path, {"a.xlsx": g.good()})], tmp_path / "稿", "没有")
