"""Both engines recalculate, and neither believes the value cached in the file."""

import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.engines import convert, formualizer_values, libreoffice_values


@pytest.fixture
def book(tmp_path: Path) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "数据"
    sheet["A1"], sheet["A2"], sheet["A3"], sheet["A4"] = 5, "=1/0", "=在职_数*2", "=NA()"
    workbook.defined_names["在职_数"] = DefinedName("在职_数", attr_text="数据!$A$1")
    path = tmp_path / "in" / "数据.xlsx"
    path.parent.mkdir()
    workbook.save(path)
    return path


EXPECTED = {
    ("数据", "A1"): 5,
    ("数据", "A2"): "#DIV/0!",
    ("数据", "A3"): 10,
    ("数据", "A4"): "#N/A",
}


def test_libreoffice_recalculates(book: Path, tmp_path: Path) -> None:
    assert libreoffice_values(book, tmp_path / "out") == EXPECTED


def test_libreoffice_does_not_believe_cached_values(book: Path, tmp_path: Path) -> None:
    """A file whose cached value of A3 is a lie comes back with the truth."""
    recalculated = libreoffice_values(book, tmp_path / "out") and tmp_path / "out" / book.name
    lying = tmp_path / "lie" / book.name
    lying.parent.mkdir()
    with zipfile.ZipFile(recalculated) as source, zipfile.ZipFile(lying, "w") as target:
        for item in source.namelist():
            target.writestr(item, source.read(item).replace(b"<v>10</v>", b"<v>77</v>"))
    assert libreoffice_values(lying, tmp_path / "again")["数据", "A3"] == 10


def test_formualizer_recalculates(book: Path) -> None:
    assert formualizer_values(book) == EXPECTED


def test_conversion_to_pdf(book: Path, tmp_path: Path) -> None:
    assert convert(book, "pdf", tmp_path / "out").read_bytes().startswith(b"%PDF")


def test_a_file_is_never_converted_onto_itself(book: Path) -> None:
    with pytest.raises(ValueError, match="onto itself"):
        convert(book, "xlsx", book.parent)
