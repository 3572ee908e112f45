"""Files in, tables out: the values of import --format json, the findings of check, in Parquet as in SQL."""

import json
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from tests.received import good as g
from tests.received.packages import UNIT, sheets, word
from tests.shared_files import SHARED, needs_cases
from xlperf.checks.file_reading import read_file
from xlperf.core.errors import InputError, OutputError
from xlperf.declarations.source import texts_of
from xlperf.jobs.check import check
from xlperf.jobs.export import export
from xlperf.jobs.filing_rows import AmountRow, IndicatorRow, ValueRow, filing_rows
from xlperf.jobs.journal import Keeping
from xlperf.jobs.run_options import RunOptions
from xlperf.outputs.data_tables import data_tables, destination, storable
from xlperf.outputs.machine_reports import export_file
from xlperf.outputs.report_formats import render

KINDS = {about["kind"]: alias for alias, about in texts_of("exported")["forms"].items()}
FIGURES = ("weight", "score")
COLUMNS = ("level1", "level2", "level3", "target", "actual", *FIGURES, "deviation")


@pytest.fixture
def received(tmp_path) -> Path:
    """A good workbook, a package of three files, and a file that cannot be read."""
    folder = tmp_path / "收到"
    (folder / UNIT).mkdir(parents=True)
    (folder / g.file_name()).write_bytes(g.good())
    (folder / UNIT / "附件1.xlsx").write_bytes(sheets("基础数据表"))
    (folder / UNIT / "附件2.docx").write_bytes(word(1))
    (folder / UNIT / "附件3.docx").write_bytes(word(3))
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04")
    return folder


def rows_of(database: Path, table: str) -> list[dict]:
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
    finally:
        connection.close()


def as_json_says(path: Path) -> tuple[Counter, Counter]:
    """Form, official path and value of all that is filled in; the lines of indicators."""
    forms = [(KINDS[form["kind"]], form) for form in export_file(path)["forms"]]
    filled = Counter(
        (alias, name, value)
        for alias, form in forms
        for name, value in form["fields"].items()
        if value is not None
    )
    listed = Counter(
        (alias, *(row[key] for key in COLUMNS)) for alias, form in forms for row in form["indicators"]
    )
    return filled, listed


def as_rows_say(rows) -> tuple[Counter, Counter]:
    values = [row for row in rows if isinstance(row, ValueRow)]
    indicators = [row for row in rows if isinstance(row, IndicatorRow)]
    filled = Counter(
        (row.form, row.path, row.text if row.number is None else row.number)
        for row in values
        if row.text is not None or row.number is not None
    )
    return filled, Counter((row.form, *(getattr(row, key) for key in COLUMNS)) for row in indicators)


def test_the_rows_are_those_that_are_declared():
    tables = data_tables()
    assert tuple(tables["filled_values"].kinds) == ("file_number", *ValueRow._fields)
    assert tuple(tables["amounts"].kinds) == ("file_number", *AmountRow._fields)
    assert tuple(tables["indicators"].kinds) == ("file_number", *IndicatorRow._fields)


def test_amounts_are_the_values_of_a_line_side_by_side(received, tmp_path):
    database = tmp_path / "全区.db"
    export([received / g.file_name()], f"sqlite:///{database}")
    columns = {
        "上年决算数": "earlier",
        "年初预算数": "initial",
        "本年预算数": "budget",
        "全年预算数": "budget",
    }
    columns |= {"本年决算数": "spent", "全年执行数": "spent"}
    values = {
        (row["sheet"], line, columns[ending]): row["number"]
        for row in rows_of(database, "filled_values")
        for line, _, ending in [row["field"].rpartition("_")]
        if ending in columns and not row["row_name"] and row["number"] is not None
    }
    found = {
        (row["sheet"], row["line"], column): row[column]
        for row in rows_of(database, "amounts")
        for column in columns.values()
        if row[column] is not None
    }
    assert found == values
    assert ("基础数据表", "三公经费", "budget") in found


def test_a_workbook_of_ours_gives_what_its_json_gives(tmp_path):
    path = tmp_path / g.file_name()
    path.write_bytes(g.good())
    assert as_rows_say(filing_rows([read_file(path)], None)[str(path)]) == as_json_says(path)


@needs_cases
@pytest.mark.parametrize("name", ["000/000_report", "002/002_report", "received/08_word_table_split"])
def test_a_document_gives_what_its_json_gives(name):
    path = SHARED / "cases" / f"{name}.docx"
    assert as_rows_say(filing_rows([read_file(path)], None)[str(path)]) == as_json_says(path)


def test_a_value_has_all_that_is_known_of_it(received, tmp_path):
    database = tmp_path / "全区.db"
    result = export([received / g.file_name()], f"sqlite:///{database}")
    unit = g.filing()
    (budget,) = [
        row
        for row in rows_of(database, "filled_values")
        if (row["form"], row["field"]) == ("整体", "年度资金总额_全年预算数")
    ]
    assert budget["number"] == unit.of("整体")[0].fields["年度资金总额_全年预算数"]
    assert budget == {
        **budget,
        "unit_code": unit.unit_code,
        "unit_name": unit.unit_name,
        "year": 2024,
        "profile": "hunan-yueyang-2024",
        "item": "",
        "path": "年度预算申请/年度资金总额/全年预算数",
        "unit": "万元",
        "doubt": "",
        "file": str(received / g.file_name()),
        "sheet": "整体支出绩效自评表",
        "cell": g.address("整体", "年度资金总额_全年预算数"),
        "text": None,
    }
    assert result.rows["文件"] == 1


def test_the_findings_are_those_of_a_check(received, tmp_path):
    database = tmp_path / "全区.db"
    export([received], f"sqlite:///{database}")
    listed = json.loads(render(check([received]), "json"))
    exported = rows_of(database, "findings")
    assert len(exported) == len(listed["findings"])
    files = rows_of(database, "files")
    for row, found in zip(exported, listed["findings"], strict=True):
        number = row.pop("file_number")
        assert number == next((at for at, file in enumerate(files, 1) if file["file"] == row["file"]), None)
        assert {"row" if key == "row_name" else key: text for key, text in row.items()} == found
    assert [row["file"] for row in files] == [file["file"] for file in listed["files"]]
    assert [(row["errors"], row["notes"]) for row in files] == [
        (file["errors"], file["notes"]) for file in listed["files"]
    ]


def test_pieces_of_a_package_have_its_unit(received, tmp_path):
    database = tmp_path / "全区.db"
    export([received], f"sqlite:///{database}")
    pieces = [row for row in rows_of(database, "filled_values") if UNIT in Path(row["file"]).parts]
    assert {Path(row["file"]).name for row in pieces} == {"附件1.xlsx", "附件2.docx", "附件3.docx"}
    unit = g.filing()
    assert {(row["unit_code"], row["unit_name"]) for row in pieces} == {(unit.unit_code, unit.unit_name)}


def test_a_folder_of_parquet_files_holds_what_a_database_holds(received, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    database = tmp_path / "全区.db"
    counts = [export([received], target).rows for target in (f"sqlite:///{database}", str(tmp_path / "全区"))]
    assert counts[0] == counts[1]
    for table in data_tables():
        read = parquet.read_table(tmp_path / "全区" / f"{table}.parquet").to_pylist()
        assert read == rows_of(database, table)


def test_the_result_is_the_same_with_several_workers(received, tmp_path):
    tables = []
    for workers in (1, 3):
        database = tmp_path / f"{workers}.db"
        export([received], f"sqlite:///{database}", options=RunOptions(workers))
        tables.append([rows_of(database, table) for table in data_tables()])
    assert tables[0] == tables[1]


HOSTILE = ["=cmd|' /C calc'!A0", "'); DROP TABLE files; --", "a\0b", "\ud800坏", "\u202e倒"]


@pytest.mark.parametrize("kind", ["parquet", "sqlite"])
def test_texts_stay_data(tmp_path, kind):
    parquet = pytest.importorskip("pyarrow.parquet") if kind == "parquet" else None
    target = str(tmp_path / "表") if parquet else f"sqlite:///{tmp_path / '表.db'}"
    table = data_tables()["files"]
    rows = [[1, text, *[""] * 5, 1, 2, 3, None] for text in HOSTILE]
    with destination(target).opened() as tables:
        assert tables.write(table, rows) == len(rows)
    if parquet is None:
        read = [row["file"] for row in rows_of(tmp_path / "表.db", "files")]
    else:
        read = parquet.read_table(tmp_path / "表" / "files.parquet")["file"].to_pylist()
    assert read == [*HOSTILE[:2], "a�b", "?坏", HOSTILE[4]]
    assert storable([1.5, None, "好"]) == [1.5, None, "好"]


class BrokenError(Exception):
    """What goes wrong while rows are written."""


def failing():
    yield [1, "一", *[""] * 5, 0, 0, 0, ""]
    raise BrokenError


@pytest.mark.parametrize("kind", ["parquet", "sqlite"])
def test_all_is_written_or_nothing(tmp_path, kind):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    place = tmp_path / "表"
    target = str(place) if kind == "parquet" else f"sqlite:///{place}"
    table = data_tables()["files"]
    with destination(target).opened() as tables:
        tables.write(table, [[1, "先", *[""] * 5, 0, 0, 0, ""]])

    def content():
        files = sorted(place.iterdir()) if kind == "parquet" else [place]
        return [path.read_bytes() for path in files]

    before = content()
    with pytest.raises(OutputError, match="--force"):
        destination(target)
    with pytest.raises(BrokenError), destination(target, force=True).opened() as tables:
        tables.write(table, failing())
    assert content() == before
    assert [path.name for path in tmp_path.iterdir()] == ["表"]


def test_a_folder_with_anything_else_is_never_replaced(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "全区").mkdir()
    (tmp_path / "全区" / "我的.docx").write_bytes(b"")
    with pytest.raises(OutputError, match="换一个文件夹"):
        destination(str(tmp_path / "全区"), force=True)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nosuch://a/b", "没有“nosuch”这种数据库"),
        ("://x", "写法不对"),
        ("postgresql+pg8000://u:secret@h/d", "pg8000"),
    ],
)
def test_an_address_that_leads_nowhere(address, said):
    with pytest.raises(InputError, match=said) as failed:
        destination(address)
    assert "secret" not in str(failed.value)


def test_a_package_that_fails_as_a_whole_says_so_where_a_check_does(tmp_path, received, monkeypatch):
    monkeypatch.setattr("xlperf.checks.package_check.merged", lambda *_: 1 / 0)
    checked = [found.location.file for found in check([received]).findings if found.code == "F113"]
    made = export([received], f"sqlite:///{tmp_path / '出.db'}", options=RunOptions(2))
    exported = made.report.findings
    assert checked == [found.location.file for found in exported if found.code == "F113"] != []


def test_resume_writes_again_what_a_run_has_left_and_nothing_else(tmp_path, received):
    folder = tmp_path / "全区"
    export([received], str(folder), options=RunOptions(keeping=Keeping(folder, job="export")))
    with pytest.raises(OutputError):
        export([received], str(folder))
    resumed = RunOptions(keeping=Keeping(folder, goes_on=True, job="export"))
    again = export([received], str(folder), options=resumed)
    assert again.report.files
    of_check = RunOptions(keeping=Keeping(folder, goes_on=True, job="check"))
    with pytest.raises(OutputError):
        export([received], str(folder), options=of_check)
