"""Workbooks to annotate: what people and programs leave in finding, around mistakes that the check finds."""

import io
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import openpyxl

from tests.received import good as g
from xlperf.declarations.findings import Finding, unfolded
from xlperf.jobs.annotate import AnnotateResult, annotate
from xlperf.jobs.check import check

BASIC, OVERALL = "基础数据表", "整体支出绩效自评表"
STAFF, RATE = g.address("基础", "在职人数"), g.address("基础", "在职人员控制率")
SCORE = g.address("整体", "指标_得分", 2)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MISTAKES = {g.BASIC: g.number(STAFF, 1000), g.OVERALL: g.number(SCORE, 99)}
"""More staff than posts, so that the stored rate is wrong too; a score above its points."""


FOLDER = g.file_name().removesuffix(".xlsx")
"""The folder in which the unit of these workbooks gets its copy."""


@cache
def bad() -> bytes:
    return g.edited(MISTAKES)


def annotated(tmp_path: Path, data: bytes, name: str = "", **settings: object) -> AnnotateResult:
    """The result of annotating finding file, written to ``tmp_path/收到``, into ``tmp_path/批注``."""
    inbox = tmp_path / "收到"
    inbox.mkdir(exist_ok=True)
    (inbox / (name or g.file_name())).write_bytes(data)
    return annotate(check([inbox]), tmp_path / "批注", **settings)


def copy_of(tmp_path: Path, data: bytes, name: str = "") -> Path:
    (path,) = annotated(tmp_path, data, name, force=True).files
    return path


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def codes_in(data: bytes, tmp_path: Path) -> list[tuple[str, str, str]]:
    """Every finding, those under others too."""
    return [_key(finding) for finding in unfolded(_found(data, tmp_path))]


def causes_in(data: bytes, tmp_path: Path) -> list[tuple[str, str, str]]:
    """The findings that follow from none."""
    return [_key(finding) for finding in _found(data, tmp_path)]


def _found(data: bytes, tmp_path: Path) -> Sequence[Finding]:
    path = tmp_path / "查" / g.file_name()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return check([path]).findings


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.location.sheet, finding.location.cell


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def without(data: bytes, part: str) -> bytes:
    return packed({name: content for name, content in parts(data).items() if name != part})


def packed(contents: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(name, content)
    return written.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
COMMENTS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<comments xmlns="{MAIN}"><authors><author>张经办</author><author>tc={{8A9E}}</author></authors><commentList>
<comment ref="{STAFF}" authorId="0" shapeId="0"><text><r><rPr><b/><sz val="9"/></rPr><t>张经办:</t></r>\
<r><rPr><sz val="9"/></rPr><t xml:space="preserve">
已问过人事科</t></r></text></comment><comment ref="A3" authorId="0"><text><t>这一行是标题</t></text>\
</comment><comment ref="{RATE}" authorId="1"><text><t>[线程批注] 待核对</t></text></comment></commentList>\
</comments>"""
BOX = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style=\'position:absolute\'><v:textbox><div>旧<br>'
    '</div></v:textbox><x:ClientData ObjectType="Note"><x:Anchor>1, 15, 0, 2, 3, 15, 3, 16</x:Anchor>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"/>{boxes}'
    '<v:shape id="_x0000_s1031" type="#_x0000_t201"><x:ClientData ObjectType="Button"><x:Anchor>'
    "1,1,1,1,2,2,2,2</x:Anchor></x:ClientData></v:shape></xml>"
)
DRAWING = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:oneCellAnchor><xdr:from><xdr:col>8'
    "</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
    '<xdr:ext cx="300000" cy="300000"/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="公章"/><xdr:cNvPicPr/>'
    f'</xdr:nvPicPr><xdr:blipFill><a:blip xmlns:r="{OFFICE}" r:embed="rId1"/><a:stretch><a:fillRect/>'
    '</a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="300000" cy="300000"/>'
    '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/>'
    "</xdr:oneCellAnchor></xdr:wsDr>"
)
_TAIL = (
    '<drawing r:id="rId2"/><legacyDrawing r:id="rId3"/><legacyDrawingHF r:id="rId9"/><extLst><ext'
    ' uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/'
    '2009/9/main"><x14:dataValidations count="0"/></ext></extLst></worksheet>'
)


def relations(*targets: tuple[str, str]) -> bytes:
    """A relations part; ids count from rId1."""
    full = [(kind if "/" in kind else f"{OFFICE}/{kind}", target) for kind, target in targets]
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(full, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0"?>\n<Relationships xmlns="{space}">{links}</Relationships>'.encode()


def _types(xml: str) -> str:
    kind = "application/vnd.openxmlformats-officedocument"
    overrides = {
        "/xl/comments7.xml": f"{kind}.spreadsheetml.comments+xml",
        "/xl/threadedComments/threadedComment1.xml": "application/vnd.ms-excel.threadedcomments+xml",
        "/xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
        "/xl/drawings/drawing1.xml": f"{kind}.drawing+xml",
    }
    defaults = {
        "png": "image/png",
        "bin": f"{kind}.spreadsheetml.printerSettings",
        "vml": f"{kind}.vmlDrawing",
    }
    added = "".join(f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in defaults.items())
    added += "".join(
        f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides.items()
    )
    return xml.replace("</Types>", f"{added}</Types>")


@cache
def lived_in() -> bytes:
    """The bad workbook with all that Excel and its users leave in finding, written as Excel writes it."""
    row, column = int(STAFF[1:]) - 1, ord(STAFF[0]) - ord("A")
    places = [(row, column), (2, 0), (int(RATE[1:]) - 1, ord(RATE[0]) - ord("A"))]
    boxes = "".join(
        BOX.format(number=1025 + at, row=row, column=column) for at, (row, column) in enumerate(places)
    )
    extended = (
        '<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
        f' xmlns:r="{OFFICE}" '
    )
    threads = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    return g.edited(
        {
            g.BASIC: g.chained(
                MISTAKES[g.BASIC],
                g.replaced("<worksheet ", extended),
                g.replaced('<row r="4" ', '<row r="4" x14ac:dyDescent="0.2" spans="1:7" '),
                g.replaced("<pageSetup ", '<pageSetup r:id="rId1" '),
                g.replaced("</worksheet>", _TAIL),
            ),
            g.OVERALL: MISTAKES[g.OVERALL],
            "[Content_Types].xml": _types,
        },
        {
            "xl/worksheets/_rels/sheet1.xml.rels": relations(
                ("printerSettings", "../printerSettings/printerSettings1.bin"),
                ("drawing", "../drawings/drawing1.xml"),
                ("vmlDrawing", "../drawings/vmlDrawing1.vml"),
                ("comments", "../comments7.xml"),
                (threads, "../threadedComments/threadedComment1.xml"),
            ),
            "xl/printerSettings/printerSettings1.bin": b"\0printer\xff",
            "xl/drawings/drawing1.xml": DRAWING.encode(),
            "xl/drawings/_rels/drawing1.xml.rels": relations(("image", "../media/image1.png")),
            "xl/drawings/vmlDrawing1.vml": VML.format(boxes=boxes).encode(),
            "xl/media/image1.png": PICTURE,
            "xl/comments7.xml": COMMENTS.encode(),
            "xl/threadedComments/threadedComment1.xml": (
                f'<ThreadedComments xmlns="{THREADS}"><threadedComment ref="{RATE}" id="{{8A9E}}">'
                "<text>待核对</text></threadedComment></ThreadedComments>"
            ).encode(),
            "xl/persons/person.xml": f'<personList xmlns="{THREADS}"/>'.encode(),
            "customXml/item1.xml": b"<a><!-- \xe6\x97\xa0\xe5\x85\xb3 --></a>",
        },
    )
