"""Packages as they are written: what the standard library reads of them, and what stays as it was."""

import io
import zipfile

import pytest

from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.package_writing import Parts, assemble, fresh_part, lasting_part, stored_part
from xlperf.ooxml.parts import open_zip, resolved

CONTENT = b"<a>" + "内容".encode() * 500 + b"</a>"
TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def test_every_kind_of_part_is_read_by_others():
    data = assemble(
        [fresh_part("a.xml", CONTENT), lasting_part("表/b.xml", CONTENT), stored_part("c.bin", b"")]
    )
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        assert package.namelist() == ["a.xml", "表/b.xml", "c.bin"]
        assert [package.read(name) for name in package.namelist()] == [CONTENT, CONTENT, b""]
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        methods = [info.compress_type for info in package.infolist()]
    assert methods == [zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]


def received() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("xl/", b"")
        package.writestr("xl/workbook.xml", b'<?xml version="1.0"?><x:workbook xmlns:x="urn:x"  a="1" />')
        package.writestr("xl/图片1.png", bytes(range(256)))
    return stream.getvalue()


def test_what_is_not_touched_keeps_its_bytes():
    parts = Parts(open_zip("甲.xlsx", received(), LIMITS))
    parts.tree("xl/workbook.xml")  # read, not changed
    parts.add("xl/new.xml", b"<new/>", "application/new+xml")
    made = Parts(open_zip("乙.xlsx", parts.assemble(), LIMITS))
    assert list(made) == ["[Content_Types].xml", "xl/workbook.xml", "xl/图片1.png", "xl/new.xml"]
    assert made.read("xl/workbook.xml") == b'<?xml version="1.0"?><x:workbook xmlns:x="urn:x"  a="1" />'
    assert made.read("xl/图片1.png") == bytes(range(256))
    (listed,) = made.tree("[Content_Types].xml")
    assert listed.attrib == {"PartName": "/xl/new.xml", "ContentType": "application/new+xml"}


@pytest.mark.parametrize(
    ("owner", "target", "part"),
    [
        ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("xl/workbook.xml", "/xl/styles.xml", "xl/styles.xml"),
        ("xl/worksheets/sheet1.xml", "../comments1.xml", "xl/comments1.xml"),
        ("xl/worksheets/sheet1.xml", r"..\drawings\a.vml", "xl/drawings/a.vml"),
        ("", "xl/workbook.xml", "xl/workbook.xml"),
    ],
)
def test_targets_are_named_from_the_folder_of_their_owner(owner, target, part):
    assert resolved(owner, target) == part
