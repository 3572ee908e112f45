"""Functions of the add-in in received workbooks: reported once by the check, never in an upload copy."""

import io
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.engines import stored_values
from tests.received import good as g
from tests.workbooks.filings import filing
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.declarations.profile import load_profile
from xlperf.declarations.worksheet_functions import addin_calls, without_sources
from xlperf.jobs.strip import strip
from xlperf.workbooks.workbook_writer import writer_of

FIELDS = [
    f"{item}_{column}"
    for item in ("业务工作经费", "运行维护经费", "办公经费")
    for column in ("上年决算数", "本年预算数", "本年决算数")
]
RATE = g.address("基础", "在职人员控制率")
STAFF, POSTS = g.address("基础", "在职人数"), g.address("基础", "编制数")
LINK = "xl/externalLinks/externalLink1.xml"
RELATION = "xl/externalLinks/_rels/externalLink1.xml.rels"
OURS = "file:///C:\\Users\\%E7%94%B2\\AppData\\Roaming\\Microsoft\\AddIns\\xlperf.xlam"
SPELLINGS = (
    "XP_READ({at})",
    "[1]!XP_READ({at})",
    "'C:\\Users\\甲\\AppData\\xlperf.xlam'!XP_READ({at})",
    "'D:\\报 表\\xlperf.xlam'!xp_read({at})*1",
    "_xldudf_XLPERF_XP_READ({at})",
    "XLPERF.读数({at})",
    'IF({at}="",0,[1]!XP_READ({at}))',
)
CELLS = [g.address("基础", name) for name in FIELDS][: len(SPELLINGS)]
RUNNING = CELLS[0]


def linked(target: str) -> dict[str, bytes]:
    relation = f'<Relationship Id="rId1" Type="x/externalLinkPath" Target="{target}" TargetMode="External"/>'
    return {
        LINK: b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
        RELATION: f"<Relationships>{relation}</Relationships>".encode(),
    }


@cache
def basic() -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(g.good()), data_only=True).worksheets[0]


def value_of(at: str) -> float:
    return basic()[at].value


def typed(formulas: Sequence[str], target: str = OURS) -> bytes:
    """Cells of figures in which functions of ours give the values that were there, one formula each."""

    def edit(xml: str) -> str:
        for at, formula in zip(CELLS, formulas, strict=False):
            xml = g.formula(at, formula.format(at=f"$H${at[1:]}"), str(value_of(at)))(xml)
        return xml

    return g.edited({g.BASIC: edit}, linked(target))


def lay(folder: Path, data: bytes) -> Path:
    path = folder / "收到" / g.file_name()
    path.parent.mkdir()
    path.write_bytes(data)
    return path


def codes(path: Path) -> list[str]:
    return [finding.code for finding in unfolded(check_file(path).findings)]


def test_the_check_reports_them_once_and_nothing_else(tmp_path: Path) -> None:
    path = lay(tmp_path, g.good())
    before = codes(path)
    path.write_bytes(typed(SPELLINGS))
    found = [*unfolded(check_file(path).findings)]
    assert sorted(finding.code for finding in found) == sorted([*before, "M418"])
    (reported,) = [finding for finding in found if finding.code == "M418"]
    assert reported.location.cell in CELLS
    assert "（XP_READ，" in reported.message
    assert f"{len(SPELLINGS)} 格" in reported.message


@pytest.mark.parametrize("keep_formulas", [False, True])
def test_the_upload_copy_has_the_values_and_no_function(keep_formulas: bool, tmp_path: Path) -> None:
    path = lay(tmp_path, typed(SPELLINGS))
    result = strip([path.parent], tmp_path / "上报", keep_formulas=keep_formulas)
    (copy,) = result.files
    with zipfile.ZipFile(copy) as package:
        names = package.namelist()
        everything = "".join(package.read(name).decode() for name in names).casefold()
    assert not [name for name in names if "externallink" in name.casefold()]
    for trace in ("xp_", "xlperf", "读数", "xldudf", "[1]"):
        assert trace not in everything
    title = openpyxl.load_workbook(copy).sheetnames[0]
    values = stored_values(copy)
    assert [values[title, at] for at in CELLS] == [value_of(at) for at in CELLS]
    assert ("U104" in [finding.code for finding in unfolded(result.findings)]) is keep_formulas


@pytest.mark.parametrize("keep_formulas", [False, True])
def test_no_upload_copy_where_the_function_has_no_result(keep_formulas: bool, tmp_path: Path) -> None:
    data = g.edited({g.BASIC: g.cell(RUNNING, f"<f>XP_READ({POSTS})</f>")})
    path = lay(tmp_path, data)
    result = strip([path.parent], tmp_path / "上报", keep_formulas=keep_formulas)
    assert result.files == []
    assert "U101" in [finding.code for finding in unfolded(result.findings)]


def test_a_result_that_is_an_error_is_reported_as_one(tmp_path: Path) -> None:
    """As a program without the add-in leaves it."""
    content = f"<f>[1]!XP_READ({POSTS})</f><v>#NAME?</v>"
    path = lay(tmp_path, g.edited({g.BASIC: g.cell(RUNNING, content, "e")}, linked(OURS)))
    found = [*unfolded(check_file(path).findings)]
    at = {found_here.code: found_here for found_here in found if found_here.location.cell == RUNNING}
    assert "M418" in at
    assert [finding for finding in at.values() if finding.severity.value == "错误"]


def test_a_ratio_by_our_function_is_no_changed_formula_while_it_is_right(tmp_path: Path) -> None:
    call = f"[1]!XP_STAFF_CONTROL_RATE({STAFF},{POSTS})"
    right = value_of(RATE)
    path = lay(tmp_path, g.edited({g.BASIC: g.formula(RATE, call, str(right))}, linked(OURS)))
    assert {"M418"} == set(codes(path)) & {"M403", "M404", "M414", "M415", "M418", "F121"}
    path.write_bytes(g.edited({g.BASIC: g.formula(RATE, call, str(right / 2))}, linked(OURS)))
    assert {"M403", "M418"} <= set(codes(path))


def test_a_link_to_another_file_is_still_reported(tmp_path: Path) -> None:
    path = lay(tmp_path, typed(["[1]!XP_READ({at})"], "file:///D:/决算/去年.xlsx"))
    assert "F121" in codes(path)
    path.write_bytes(typed(["[1]!XP_READ({at})+[2]表1!$A$1"]))
    found = codes(path)
    assert {"M415", "M418"} <= set(found)


def test_a_working_copy_saved_by_excel_with_the_addin_is_checked_as_any(tmp_path: Path) -> None:
    """Only the panel on 校验 calls the function, through a link to the add-in."""
    profile = load_profile("hunan-yueyang-2024")
    unit = filing(profile)
    plain, panel = (writer_of(profile, functions=functions).workbook(unit) for functions in (False, True))
    saved = g.edited(
        {"xl/worksheets/sheet6.xml": lambda xml: xml.replace("XP_CHECK(", "[1]!XP_CHECK(")},
        linked(OURS),
        panel,
    )
    assert saved != g.edited({}, linked(OURS), panel)
    path = lay(tmp_path, plain)
    before, copies = codes(path), {}
    for keep in (False, True):
        (made,) = strip([path.parent], tmp_path / f"1{keep}", keep_formulas=keep).files
        copies[keep] = made.read_bytes()
    path.write_bytes(saved)
    assert codes(path) == before
    for keep in (False, True):
        (made,) = strip([path.parent], tmp_path / f"2{keep}", keep_formulas=keep).files
        assert made.read_bytes() == copies[keep]


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("SUM(A1:A3)", []),
        ('"XP_READ("&A1', []),
        ("XP_READX(A1)", []),
        ("MY_XP_READ(A1)", []),
        ("XP_READ(A1)+XP_READ(A2)", ["XP_READ"]),
        (
            "IF([1]!XP_READ(A1)>1,在职人员控制率(A1,B1),'a!b.xlam'!XP_GRADE(C1))",
            ["XP_READ", "XP_STAFF_CONTROL_RATE", "XP_GRADE"],
        ),
        ("_xldudf_XLPERF_在职人员控制率(A1,B1)", ["XP_STAFF_CONTROL_RATE"]),
        ("_xldudf_在职人员控制率(A1,B1)", ["XP_STAFF_CONTROL_RATE"]),
        ("XP_READ(", ["XP_READ"]),
    ],
)
def test_calls_are_found_by_name_only(formula: str, names: list[str]) -> None:
    assert [*addin_calls(formula)] == names


def test_calls_lose_their_source() -> None:
    assert without_sources("[1]!xp_read(A1)+[2]表!B2") == "XP_READ(A1)+[2]表!B2"
    assert without_sources("'C:\\甲\\xlperf.xlam'!XP_READ(A1)") == "XP_READ(A1)"
    assert without_sources("SUM(A1)") == "SUM(A1)"
