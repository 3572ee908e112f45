"""Files of each kind that refer to an address → what a careless reader would fetch from there.

Pictures, texts and databases that fields include, templates, OLE links, links between workbooks, sections
of other documents, functions that call a web service.
"""

from tests.growth import packages as p
from tests.intake.wordfiles import document, paragraph

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_RELATION = '<Relationship Id="{}" Type="{}/{}" Target="{}" TargetMode="External"/>'
_PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
    'wordprocessingDrawing"><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="a"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://'
    'schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.openxmlformats.org/'
    'drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="1" name="a"/><pic:cNvPicPr/></pic:nvPicPr>'
    f'<pic:blipFill><a:blip xmlns:r="{_R}" r:link="rIdPicture"/></pic:blipFill><pic:spPr><a:xfrm><a:off x="0"'
    ' y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)
_FIELD = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve">'
    ' {} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>x</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)
_OLE = (
    '<w:p><w:r><w:object><v:shape xmlns:v="urn:schemas-microsoft-com:vml" id="s" style="width:9pt">'
    f'<v:imagedata xmlns:r="{_R}" r:href="rIdPicture"/></v:shape><o:OLEObject xmlns:o="urn:schemas-microsoft-'
    f'com:office:office" xmlns:r="{_R}" Type="Link" ProgID="Excel.Sheet.12" ShapeID="s" DrawAspect="Content"'
    ' ObjectID="_1" r:id="rIdOle" UpdateMode="Always"/></w:object></w:r></w:p>'
)
_FLAT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3"><office:body>{}</office:body>'
    "</office:document-content>"
)
_FRAME = (
    '<draw:frame svg:width="3cm" svg:height="3cm"><draw:image xlink:href="{0}/a.png" xlink:type="simple"'
    ' xlink:show="embed" xlink:actuate="onLoad"/></draw:frame><draw:frame svg:width="3cm" svg:height="3cm">'
    '<draw:object xlink:href="{0}/o.ods" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/>'
    "</draw:frame>"
)


def word(address: str) -> bytes:
    """A .docx."""
    relations = "".join(
        _RELATION.format(name, _R, kind, f"{address}/{target}")
        for name, kind, target in (("rIdPicture", "image", "p.png"), ("rIdOle", "oleObject", "o.xlsx"))
    )
    fields = (
        f'INCLUDEPICTURE "{address}/f.png" \\d',
        f'INCLUDETEXT "{address}/t.docx"',
        f'LINK Excel.Sheet.12 "{address}/l.xlsx" "Sheet1!R1C1" \\a',
        f'DATABASE \\d "{address}/d.xlsx"',
    )
    template = _RELATION.format("rId1", _R, "attachedTemplate", f"{address}/n.dotm")
    settings = (
        '<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        f' xmlns:r="{_R}"><w:attachedTemplate r:id="rId1"/><w:updateFields w:val="true"/></w:settings>'
    )
    parts = {
        "word/_rels/document.xml.rels": _RELATIONS.format(
            relations + f'<Relationship Id="rIdSettings" Type="{_R}/settings" Target="settings.xml"/>'
        ),
        "word/settings.xml": settings,
        "word/_rels/settings.xml.rels": _RELATIONS.format(template),
    }
    blocks = [paragraph("报告"), _PICTURE, *map(_FIELD.format, fields), _OLE]
    return document(*blocks, parts={name: text.encode() for name, text in parts.items()})


def workbook(address: str) -> bytes:
    """An .xlsx."""
    parts = dict(p.foreign())
    formulas = (f'WEBSERVICE("{address}/w")', "[1]Sheet1!A1+1", f"'{address}/[b.xlsx]Sheet1'!A1")
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><f>{formula.replace(chr(34), "&quot;")}</f></c></row>'
        for row, formula in enumerate(formulas, 60)
    )
    parts[p.SHEET] = parts[p.SHEET].replace("</sheetData>", f"{rows}</sheetData>")
    link = "xl/externalLinks/externalLink1.xml"
    parts[link] = (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook'
        f' xmlns:r="{_R}" r:id="rId1"><sheetNames><sheetName val="Sheet1"/></sheetNames></externalBook>'
        "</externalLink>"
    )
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = _RELATIONS.format(
        _RELATION.format("rId1", _R, "externalLinkPath", f"{address}/e.xlsx")
    )
    own = f'<Relationship Id="rIdLink" Type="{_R}/externalLink" Target="externalLinks/externalLink1.xml"/>'
    parts[p.RELATIONS] = parts[p.RELATIONS].replace("</Relationships>", f"{own}</Relationships>")
    named = f'<externalReferences><externalReference xmlns:r="{_R}" r:id="rIdLink"/></externalReferences>'
    parts[p.WORKBOOK] = parts[p.WORKBOOK].replace("</sheets>", f"</sheets>{named}")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    override = f'<Override PartName="/{link}" ContentType="{kind}"/>'
    parts[p.TYPES] = parts[p.TYPES].replace("</Types>", f"{override}</Types>")
    return p.packed(parts)


def open_text(address: str) -> bytes:
    """An .odt."""
    section = (
        f'<text:section text:name="s"><text:section-source xlink:href="{address}/s.odt" xlink:type="simple"/>'
        "<text:p>x</text:p></text:section>"
    )
    body = f"<office:text><text:p>{_FRAME.format(address)}</text:p>{section}</office:text>"
    return _open("text", body)


def open_sheet(address: str) -> bytes:
    """An .ods."""
    source = f'<table:table-source xlink:href="{address}/t.ods" table:table-name="a" xlink:type="simple"/>'
    area = (
        f'<table:cell-range-source table:name="A1" xlink:href="{address}/r.ods" xlink:type="simple"'
        ' table:last-column-spanned="1" table:last-row-spanned="1" table:refresh-delay="PT1S"/>'
    )
    formula = f"of:=WEBSERVICE(&quot;{address}/w&quot;)"
    outside = f"of:='{address}/c.ods'#$a.A1"
    body = (
        f'<office:spreadsheet><table:table table:name="a">{source}<table:shapes>{_FRAME.format(address)}'
        f"</table:shapes><table:table-row><table:table-cell>{area}</table:table-cell>"
        f'<table:table-cell table:formula="{formula}"/><table:table-cell table:formula="{outside}"/>'
        "</table:table-row></table:table></office:spreadsheet>"
    )
    return _open("spreadsheet", body)


def _open(kind: str, body: str) -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}"
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
        for path, media in (("/", mime), ("content.xml", "text/xml"))
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{space}" manifest:version="1.3">{listed}</manifest:manifest>'
    )
    return p.packed({"mimetype": mime, "META-INF/manifest.xml": manifest, "content.xml": _FLAT.format(body)})


MADE = {".docx": word, ".xlsx": workbook, ".odt": open_text, ".ods": open_sheet}
"""Suffix → what makes a file of this kind that refers to an address."""
OLD = {".doc": (".docx", "doc:MS Word 97"), ".xls": (".xlsx", "xls:MS Excel 97")}
"""Suffix of an old kind → the kind that is converted to it, and LibreOffice's name for it."""
