"""VBA read out of a workbook, against olevba and against the specification's own examples."""

import zipfile
from pathlib import Path

import pytest
import xlwings
from oletools.olevba import VBA_Parser

from tests.excel.installation.conftest import SHIPPED
from tests.excel.installation.pretend import XLWINGS
from xlperf.excel.addin.vba_modules import decompress, vba_modules
from xlperf.excel.installation.addin_python import pinned_xlwings, xlwings_in_vba

TEMPLATE = Path(xlwings.__file__).parent / "quickstart_addin_ribbon.xlam"


@pytest.mark.parametrize("path", [SHIPPED, TEMPLATE])
def test_every_module_is_what_olevba_reads(path):
    theirs = {name.rpartition(".")[0]: code for *_, name, code in VBA_Parser(str(path)).extract_macros()}
    assert vba_modules(path) == theirs
    assert len(theirs) >= 5


@pytest.mark.parametrize(
    ("compressed", "plain"),
    [
        # [MS-OVBA] 3.2: an example that does not repeat, a usual one, one repeated throughout
        (
            "01 19 B0 00 61 62 63 64 65 66 67 68 00 69 6A 6B 6C 6D 6E 6F 70 00 71 72 73 74 75 76 2E",
            b"abcdefghijklmnopqrstuv.",
        ),
        (
            "01 2F B0 00 23 61 61 61 62 63 64 65 82 66 00 70 61 67 68 69 6A 01 38 08 61 6B 6C 00 30 6D 6E"
            "6F 70 06 71 02 70 04 10 72 73 74 75 76 10 77 78 79 7A 00 3C",
            b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
        ),
        ("01 03 B0 02 61 45 00", b"a" * 73),
    ],
)
def test_the_examples_of_the_specification(compressed, plain):
    assert decompress(bytes.fromhex(compressed)) == plain


def test_the_version_is_the_one_pinned_xlwings():
    assert xlwings_in_vba(SHIPPED) == xlwings_in_vba(TEMPLATE) == pinned_xlwings() == XLWINGS


@pytest.mark.parametrize("content", [b"", b"not a workbook"])
def test_what_is_no_workbook_has_no_version(tmp_path, content):
    path = tmp_path / "x.xlam"
    path.write_bytes(content)
    assert xlwings_in_vba(path) == ""


def test_workbooks_without_or_with_broken_macros(tmp_path):
    path = tmp_path / "x.xlam"
    for content in (None, b"garbage", zipfile.ZipFile(TEMPLATE).read("xl/vbaProject.bin")[:3000]):
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("xl/workbook.xml", "<workbook/>")
            if content is not None:
                package.writestr("xl/vbaProject.bin", content)
        assert xlwings_in_vba(path) == ""
