"""macros/ and the add-in: up to date, the same on every build, read whole by others, made for one xlwings."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
import warnings
from dataclasses import asdict, replace
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
import xlwings
from lxml import etree
from openpyxl.utils import get_column_letter

from tests.excel.addin.generator import generated
from xlperf.cli import run
from xlperf.core.errors import InputError
from xlperf.core.paths import macros_dir
from xlperf.declarations.worksheet_functions import declared
from xlperf.excel.addin import addin_builder as building
from xlperf.excel.addin.addin_builder import (
    ADDIN,
    DESCRIPTIONS,
    RIBBON,
    WRAPPERS,
    WRITTEN,
    build,
    descriptions,
    stale,
    vba_project,
    wrapper_module,
)
from xlperf.excel.functions.publish import UDF_MODULE

ROOT = Path(__file__).parents[3]
MACROS = macros_dir()
MODULES = (*WRITTEN, WRAPPERS)
FUNCTIONS = sorted(declared().functions.values(), key=lambda function: function.name)

LONGEST_LINE = 1023
"""Characters that the editor of VBA takes in a line."""
LONGEST_LIST = 254
"""Arguments and characters of their names together, beyond which Excel's wizard shows none of them."""


@pytest.fixture(scope="module")
def addin():
    with ZipFile(MACROS / ADDIN) as package:
        yield package


@pytest.fixture
def macros(tmp_path):
    shutil.copytree(MACROS, tmp_path / "macros")
    return tmp_path / "macros"


def test_generated_files_are_up_to_date():
    assert stale(MACROS) == {}, "请运行 xlperf addin build"


def test_wrappers_are_what_the_generator_of_xlwings_writes():
    text, described = generated(UDF_MODULE)
    assert (MACROS / WRAPPERS).read_bytes() == text.encode("ascii")
    assert json.loads((MACROS / DESCRIPTIONS).read_text("utf-8")) == [
        {**asdict(description), "arguments": [*description.arguments]} for description in described
    ]


def test_the_addin_is_built_without_xlwings():
    program = (
        "import sys; sys.modules['xlwings'] = None;"
        "from xlperf.core.paths import macros_dir; from xlperf.excel.addin.addin_builder import stale;"
        "sys.exit(bool(stale(macros_dir())))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_another_process_builds_the_same_bytes():
    program = (
        "import hashlib;"
        "from xlperf.core.paths import macros_dir; from xlperf.excel.addin.addin_builder import build;"
        f"print(hashlib.sha256(build(macros_dir())['{ADDIN}']).hexdigest())"
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert made.stdout.strip() == hashlib.sha256((MACROS / ADDIN).read_bytes()).hexdigest()


@pytest.mark.parametrize("name", MODULES)
def test_vba_is_ascii(name):
    text = (MACROS / name).read_bytes()
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= LONGEST_LINE


def test_olevba_reads_every_module_and_loses_nothing():
    with warnings.catch_warnings(action="ignore"):
        from oletools.olevba import VBA_Parser  # noqa: PLC0415 - it warns when it is imported
    parser = VBA_Parser(str(MACROS / ADDIN))
    found = {Path(name).stem: text for _, _, name, text in parser.extract_all_macros()}
    parser.close()
    assert found.keys() == {Path(name).stem for name in MODULES} | {"Sheet1"}
    for name in MODULES:
        source = (MACROS / name).read_text("ascii")
        assert found[Path(name).stem].replace("\r\n", "\n") == source
        assert "???" not in source


def test_versions_of_xlwings_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = {
        requirement
        for extra in project["optional-dependencies"].values()
        for requirement in extra
        if "xlwings" in requirement
    }
    (pin,) = pins
    version = pin.removeprefix("xlwings==")
    text = (MACROS / "PythonServer.bas").read_text("ascii")
    assert set(building.XLWINGS.findall(text)) == {version}
    assert text.count(f"-{version}.dll") == 2
    assert xlwings.__version__ == version


def test_the_library_is_declared_as_in_the_module_of_xlwings():
    theirs = (Path(xlwings.__file__).parent / "xlwings_custom_addin.bas").read_text("utf-8")
    ours = (MACROS / "PythonServer.bas").read_text("ascii")
    declarations = re.findall(r"Private (Declare PtrSafe Function XLPyDLLActivateAuto .*)", ours)
    assert len(declarations) == 2
    for declaration in declarations:
        assert declaration in theirs


def test_parts_are_whole_and_name_nobody(addin):
    for info in addin.infolist():
        content = addin.read(info)
        assert info.date_time == (1980, 1, 1, 0, 0, 0)
        assert info.compress_type == ZIP_STORED
        assert not re.search(rb"(?i)myaddin|felix|william|VBAProject\x00|Module1", content)
        if info.filename.endswith((".xml", ".rels")):
            etree.fromstring(content)
    types = addin.read("[Content_Types].xml").decode()
    for relations, folder in (("_rels/.rels", ""), ("xl/_rels/workbook.xml.rels", "xl/")):
        for target in re.findall(r'Target="([^"]+)"', addin.read(relations).decode()):
            assert folder + target in addin.namelist()
            assert f"/{folder}{target}" in types or target.startswith("customUI")
    assert addin.read("customUI/customUI14.xml") == (MACROS / RIBBON).read_bytes()
    assert b"dcterms" not in addin.read("docProps/core.xml")


def test_the_function_wizard_shows_every_argument():
    for arguments in re.findall(
        r"^Function \w+\((.*)\)$", (MACROS / WRAPPERS).read_text("ascii"), re.MULTILINE
    ):
        names = arguments.replace("Optional ", "").split(", ")
        assert len(names) + sum(map(len, names)) <= LONGEST_LIST, arguments


def test_sheet_holds_settings_and_descriptions(addin):
    sheet = etree.fromstring(addin.read("xl/worksheets/sheet1.xml"))
    names = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    cells = {cell.get("r"): "".join(cell.itertext()) for cell in sheet.iterfind(".//c", names)}
    assert cells["A1"], cells["B1"] == ("Interpreter_Win", r"%LOCALAPPDATA%\xlperf\venv\Scripts\pythonw.exe")
    for row, description in enumerate(descriptions(FUNCTIONS), 1):
        texts = [description.name, description.category, description.text, *description.arguments]
        assert [cells[f"{get_column_letter(4 + column)}{row}"] for column in range(len(texts))] == texts
        assert f"{get_column_letter(4 + len(texts))}{row}" not in cells
        assert all(0 < len(text) < 255 for text in texts)


def test_command_writes_what_is_missing(macros, capsys):
    assert run(["addin", "build", "-o", str(macros), "--check"]) == 0
    (macros / WRAPPERS).unlink()
    (macros / DESCRIPTIONS).write_text("[]")
    assert run(["addin", "build", "-o", str(macros), "--check"]) == 1
    assert f"{WRAPPERS}、{DESCRIPTIONS}" in capsys.readouterr().out
    assert run(["addin", "build", "-o", str(macros)]) == 0
    assert stale(macros) == {}


@pytest.mark.parametrize("name", ["RibbonXlperf.bas", "parts/docProps/core.xml"])
def test_a_missing_file_is_reported(macros, capsys, name):
    (macros / name).unlink()
    assert run(["addin", "build", "-o", str(macros)]) == 2
    assert name.partition("/")[0] in capsys.readouterr().err


def test_a_module_for_another_xlwings_is_refused(macros):
    path = macros / "PythonServer.bas"
    path.write_text(path.read_text().replace(xlwings.__version__, "0.1.2"))
    with pytest.raises(InputError, match=r"0\.1\.2"):
        build(macros)


def test_chinese_in_vba_is_refused(macros):
    with (macros / "RibbonXlperf.bas").open("a", encoding="utf-8") as stream:
        stream.write("'说明\n")
    with pytest.raises(InputError, match="RibbonXlperf"):
        build(macros)


def test_a_missing_library_is_reported(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    with pytest.raises(InputError, match="pyOpenVBA"):
        vba_project({})


@pytest.mark.parametrize("text", ["", "长" * 255])
def test_a_description_that_excel_cannot_take_is_refused(text):
    function = replace(FUNCTIONS[0], name="XP_UNFIT", description=text)
    with pytest.raises(InputError, match="XP_UNFIT"):
        descriptions([function])


@pytest.mark.parametrize("part", ["function", "argument"])
def test_a_name_that_vba_cannot_hold_is_refused(part):
    first = FUNCTIONS[0]
    named = replace(first.arguments[0], name="人数")
    function = replace(first, name="控制率") if part == "function" else replace(first, arguments=(named,))
    with pytest.raises(InputError, match="VBA"):
        wrapper_module([function])


def test_no_open_workbook_chooses_what_is_run():
    """xlwings' own module reads a sheet of the open workbook and a file next to it; ours must not.

    Nor can a formula reach its procedures, or those of the library.
    """
    text = (MACROS / "PythonServer.bas").read_text("ascii")
    assert "\nOption Private Module\n" in text
    assert not re.search(r"ActiveWorkbook|Environ\b|\.Path\b|FullName|Dir\(|Open ", text)
    assert not re.search(r"(?m)^\s*(Public )?Declare ", text)
    public = re.findall(r"(?m)^(?:Public )?(?:Function|Sub) (\w+)", text)
    assert public == ["XLPy", "TryAgain", "Setting"]
