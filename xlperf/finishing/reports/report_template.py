"""The declared layout → workbooks/自评报告.docx, the document with fields that every report is made of.

A bureau may edit it in Word. Run as a module it writes the template again: ``python -m
xlperf.finishing.reports.report_template``.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from xlperf.core.files import atomic_write
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.source import Json, texts_of
from xlperf.ooxml.package_writing import OFFICE, PACKAGE, assemble, lasting_part

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPACES = f'xmlns:w="{_MAIN}" xmlns:r="{OFFICE}"'
_PROPERTIES = "docProps/core.xml"
_CORE = f"{PACKAGE}/relationships/metadata/core-properties"
_CORE_KIND = "application/vnd.openxmlformats-package.core-properties+xml"
_NOBODY = (
    f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<dcterms:created xsi:type="dcterms:W3CDTF">1980-01-01T00:00:00Z</dcterms:created></cp:coreProperties>'
)
"""Properties without a name and without today's date, which a library would write."""
_PARTS = {"styles": "styles", "settings": "settings", "fontTable": "fontTable"}
_FOOTERS = {"footer1": ("default", "right"), "footer2": ("even", "left")}
_TWIPS_A_POINT, _HALVES = 20, 2
_MM_AN_INCH, _POINTS_AN_INCH = 25.4, 72
_PLACES = ("top", "bottom", "left", "right")
_FIRST_LINE = 200
"""Two letters, in hundredths of one."""
_LISTED = (
    "{%p for block in blocks %}",
    '{%p if block.kind == "section" %}',
    ("heading1", "{{ block.text }}"),
    '{%p elif block.kind == "part" %}',
    ("heading2", "{{ block.text }}"),
    '{%p elif block.kind == "prompt" %}',
    ("Prompt", "{{ block.text }}"),
    '{%p elif block.kind == "listed" %}',
    ("Listed", "{{ block.text }}"),
    '{%p elif block.kind == "signed" %}',
    ("Signed", "{{ block.text }}"),
    "{%p else %}",
    ("Text", "{{ block.text }}"),
    "{%p endif %}",
    "{%p endfor %}",
)


def template_path() -> Path:
    """The template that comes with the program."""
    return workbooks_dir() / str(texts_of("report_bodies")["file"])


def template_bytes() -> bytes:
    """The template, with the same bytes on every day."""
    layout = texts_of("report_bodies")["layout"]
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations([(f"{OFFICE}/officeDocument", "word/document.xml"), (_CORE, _PROPERTIES)]),
        _PROPERTIES: _HEAD + _NOBODY,
        "word/document.xml": _document(layout),
        "word/_rels/document.xml.rels": _relations(
            [
                *((f"{OFFICE}/{kind}", f"{name}.xml") for kind, name in _PARTS.items()),
                *((f"{OFFICE}/footer", f"{name}.xml") for name in _FOOTERS),
            ]
        ),
        "word/styles.xml": _styles(layout),
        "word/settings.xml": f"{_HEAD}<w:settings {_SPACES}><w:evenAndOddHeaders/></w:settings>",
        "word/fontTable.xml": _fonts(layout),
        **{f"word/{name}.xml": _footer(side, layout) for name, (_, side) in _FOOTERS.items()},
    }
    return assemble([lasting_part(name, content.encode()) for name, content in parts.items()])


def twips(millimetres: float) -> int:
    """A length in twentieths of a point."""
    return round(millimetres / _MM_AN_INCH * _POINTS_AN_INCH * _TWIPS_A_POINT)


def _types() -> str:
    mains = {"document": "document.main", **_PARTS, **dict.fromkeys(_FOOTERS, "footer")}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_KIND}.{kind}+xml"/>'
        for name, kind in mains.items()
    )
    return (
        f'{_HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        f'<Override PartName="/{_PROPERTIES}" ContentType="{_CORE_KIND}"/></Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{PACKAGE}/relationships">{found}</Relationships>'


def _document(layout: Json) -> str:
    cover: list[str | tuple[str, str]] = [
        ("Cover", "{{ dated }}"),
        ("Cover", "{{ unit }}"),
        ("Cover", "{{ name }}"),
        "{%p for line in cover %}",
        ("CoverLine", "{{ line }}"),
        "{%p endfor %}",
    ]
    text: list[str | tuple[str, str]] = [("Title", "{{ dated }}{{ unit }}"), ("TitleBelow", "{{ name }}")]
    turned = f'<w:p><w:pPr><w:pStyle w:val="CoverLine"/>{_cover_page(layout)}</w:pPr></w:p>'
    body = f"{_paragraphs(cover)}{turned}{_paragraphs([*text, *_LISTED])}{_page(layout)}"
    return f"{_HEAD}<w:document {_SPACES}><w:body>{body}</w:body></w:document>"


def _paragraphs(lines: Sequence[str | tuple[str, str]]) -> str:
    return "".join(_paragraph("Text", line) if isinstance(line, str) else _paragraph(*line) for line in lines)


def _paragraph(style: str, text: str) -> str:
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def _size(layout: Json) -> str:
    """A4 with the declared margins."""
    width, height = (twips(length) for length in layout["page"])
    margins = " ".join(
        f'w:{side}="{twips(length)}"' for side, length in zip(_PLACES, layout["margins"], strict=True)
    )
    return (
        f'<w:pgSz w:w="{width}" w:h="{height}"/>'
        f'<w:pgMar {margins} w:header="851" w:footer="{twips(layout["margins"][1] - 7)}" w:gutter="0"/>'
    )


def _cover_page(layout: Json) -> str:
    """The section of the cover, which bears no number."""
    return f"<w:sectPr>{_size(layout)}</w:sectPr>"


def _page(layout: Json) -> str:
    """The section of the text, whose first page is the first."""
    first = len(_PARTS) + 1
    footers = "".join(
        f'<w:footerReference w:type="{kind}" r:id="rId{number}"/>'
        for number, (kind, _) in enumerate(_FOOTERS.values(), first)
    )
    return f'<w:sectPr>{footers}{_size(layout)}<w:pgNumType w:start="1"/></w:sectPr>'


def _footer(side: str, layout: Json) -> str:
    before, after = layout["page_number"].split("{number}")
    run = _look(layout["fonts"]["number"][0], layout["sizes"]["number"], layout)
    pieces = [
        f'<w:r>{run}<w:t xml:space="preserve">{before}</w:t></w:r>',
        *(
            f"<w:r>{run}<w:{piece}</w:r>"
            for piece in (
                'fldChar w:fldCharType="begin"/>',
                'instrText xml:space="preserve"> PAGE </w:instrText>',
                'fldChar w:fldCharType="separate"/>',
                "t>1</w:t>",
                'fldChar w:fldCharType="end"/>',
            )
        ),
        f'<w:r>{run}<w:t xml:space="preserve">{after}</w:t></w:r>',
    ]
    return (
        f'{_HEAD}<w:ftr {_SPACES}><w:p><w:pPr><w:jc w:val="{side}"/></w:pPr>{"".join(pieces)}</w:p></w:ftr>'
    )


def _fonts(layout: Json) -> str:
    """Each font with the one that Word takes where it is not installed."""
    found = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(other)}/></w:font>"
        for name, other in layout["fonts"].values()
    )
    return f"{_HEAD}<w:fonts {_SPACES}>{found}</w:fonts>"


def _look(font: str, points: float, layout: Json, *, bold: bool = False) -> str:
    latin, halves = quoteattr(layout["fonts"]["latin"][0]), points * _HALVES
    return (
        f"<w:rPr><w:rFonts w:ascii={latin} w:hAnsi={latin} w:eastAsia={quoteattr(font)} w:cs={latin}/>"
        f'{"<w:b/>" * bold}<w:sz w:val="{halves:g}"/><w:szCs w:val="{halves:g}"/></w:rPr>'
    )


def _styles(layout: Json) -> str:
    fonts, sizes = {name: found[0] for name, found in layout["fonts"].items()}, layout["sizes"]
    defaults = _look(fonts["text"], sizes["text"], layout)
    return (
        f"{_HEAD}<w:styles {_SPACES}><w:docDefaults><w:rPrDefault>{defaults}</w:rPrDefault>"
        '<w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
        f'<w:name w:val="Normal"/></w:style>{"".join(_paragraph_styles(layout, fonts, sizes))}</w:styles>'
    )


def _paragraph_styles(layout: Json, fonts: Mapping[str, str], sizes: Mapping[str, float]) -> Iterator[str]:
    """The paragraph styles: id, font, size, spacing, indents and the rest of each."""
    line = f'<w:spacing w:line="{layout["line"] * _TWIPS_A_POINT}" w:lineRule="exact"/>'
    tall = '<w:spacing w:before="240" w:line="640" w:lineRule="exact"/>'
    close = f'<w:spacing w:line="{layout["table_line"] * _TWIPS_A_POINT:g}" w:lineRule="exact"/>'
    indent = f'<w:ind w:firstLineChars="{_FIRST_LINE}" w:firstLine="{2 * sizes["text"] * _TWIPS_A_POINT:g}"/>'
    right_indent = f'<w:ind w:rightChars="{_FIRST_LINE}" w:right="{2 * sizes["text"] * _TWIPS_A_POINT:g}"/>'
    centre, right = '<w:jc w:val="center"/>', '<w:jc w:val="right"/>'
    kept, shaded = "<w:keepNext/>", '<w:shd w:val="clear" w:color="auto" w:fill="FFF2CC"/>'
    look = {
        "text": _look(fonts["text"], sizes["text"], layout),
        "table": _look(fonts["text"], sizes["table"], layout),
        "section": _look(fonts["section"], sizes["text"], layout),
        "part": _look(fonts["part"], sizes["text"], layout),
        "title": _look(fonts["title"], sizes["title"], layout),
        "table_title": _look(fonts["title"], sizes["table_title"], layout),
        "cover": _look(fonts["title"], sizes["cover"], layout),
    }
    justified = '<w:jc w:val="both"/>'
    named = layout["styles"]
    styles = [
        ("heading1", "heading 1", kept + line + indent + '<w:outlineLvl w:val="0"/>', "section"),
        ("heading2", "heading 2", kept + line + indent + '<w:outlineLvl w:val="1"/>', "part"),
        (
            "Cover",
            named["Cover"],
            '<w:spacing w:before="900" w:line="800" w:lineRule="exact"/>' + centre,
            "cover",
        ),
        ("CoverLine", named["CoverLine"], '<w:spacing w:before="1400"/>' + centre, "text"),
        ("Title", named["Title"], tall + centre, "title"),
        (
            "TitleBelow",
            named["TitleBelow"],
            '<w:spacing w:after="400" w:line="640" w:lineRule="exact"/>' + centre,
            "title",
        ),
        ("Text", named["Text"], line + indent + justified, "text"),
        ("Prompt", named["Prompt"], shaded + line + indent + justified, "text"),
        ("Listed", named["Listed"], kept + line + indent, "text"),
        ("Signed", named["Signed"], kept + line + right_indent + right, "text"),
        ("Attachment", named["Attachment"], "<w:keepNext/><w:pageBreakBefore/>" + line, "section"),
        ("TableTitle", named["TableTitle"], kept + line + centre, "table_title"),
        ("Cell", named["Cell"], close, "table"),
        ("Note", named["Note"], '<w:spacing w:before="120" w:line="240" w:lineRule="auto"/>', "table"),
    ]
    for name, shown, paragraph, kind in styles:
        yield (
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="{shown}"/>'
            f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph}</w:pPr>{look[kind]}</w:style>'
        )


def main() -> None:
    """Write the template."""
    atomic_write(template_path(), template_bytes())


if __name__ == "__main__":
    main()
