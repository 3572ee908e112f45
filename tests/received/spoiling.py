"""Named ways to spoil the good workbook: each what a unit, its software or a joker really does.

``KINDS`` maps the name of a case folder to the function that builds its file: bytes and file name.
"""

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl

from tests.received import good as g

Built = tuple[bytes, str]
KINDS: dict[str, Callable[[], bytes | Built]] = {}
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RATE = g.address("基础", "在职人员控制率")
_RUNNING = g.address("基础", "业务工作经费_本年决算数")
_PUBLIC = g.address("基础", "办公经费_本年决算数")
_STAFF = g.address("基础", "在职人数")
_GOAL = g.address("整体", "预期目标")
_FIRST_SCORE = g.address("整体", "指标_得分")
_SUM_LABEL_ROW = int(g.address("基础", "公车_本年决算数")[1:])


def kind(function: Callable[[], bytes | Built]) -> Callable[[], bytes | Built]:
    KINDS[function.__name__] = function
    return function


def basic(*edits: g.Edit) -> bytes:
    return g.edited({g.BASIC: g.chained(*edits)})


def overall(*edits: g.Edit) -> bytes:
    return g.edited({g.OVERALL: g.chained(*edits)})


@kind
def good() -> bytes:
    return g.good()


@kind
def formula_overwritten_by_its_result() -> bytes:
    return basic(g.number(_RATE, 1))


@kind
def formula_overwritten_by_another_number() -> bytes:
    return basic(g.number(_RATE, 0.95))


@kind
def formula_replaced() -> bytes:
    return basic(g.formula(_RATE, "D4/100", "0.79"))


@kind
def formula_cleared() -> bytes:
    return basic(g.empty(_RATE))


@kind
def stale_cache() -> bytes:
    """79 of 79 people saved as 98 %."""
    return basic(g.cached(_RATE, "0.98"))


@kind
def input_changed_without_recalculation() -> bytes:
    return basic(g.number(_STAFF, 80))


@kind
def no_cached_values() -> bytes:
    return basic(lambda xml: re.sub(r"(</f>)<v>[^<]*</v>", r"\1", xml))


@kind
def openpyxl_resaved() -> bytes:
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(g.good())).save(stream)
    return stream.getvalue()


@kind
def text_number() -> bytes:
    return basic(g.text(_PUBLIC, "74.44"))


@kind
def full_width_number() -> bytes:
    return basic(g.text(_PUBLIC, "７４．４４"))


@kind
def unit_typed() -> bytes:
    return basic(g.text(_PUBLIC, "74.44万元"))


@kind
def yuan_typed() -> bytes:
    return basic(g.text(_PUBLIC, "744400元"))


@kind
def words_for_a_number() -> bytes:
    return basic(g.text(_PUBLIC, "见附件"))


@kind
def dash_for_nothing() -> bytes:
    return basic(g.text(g.address("基础", "预算投资"), "——"))


@kind
def error_in_an_input() -> bytes:
    return basic(g.cell(_PUBLIC, "<v>#REF!</v>", "e"))


@kind
def required_empty() -> bytes:
    return overall(g.empty(_GOAL))


@kind
def below_the_limit() -> bytes:
    return basic(g.number(_STAFF, -79), g.cached(_RATE, "-1"))


@kind
def too_many_decimals() -> bytes:
    return basic(g.number(_PUBLIC, 74.4444))


@kind
def unreadable_date() -> bytes:
    at = g.address("整体", "填报日期")
    return overall(lambda xml: re.sub(rf'(<c r="{at}".*?填报日期：)[^ <]+', r"\1春天", xml))


@kind
def renamed_tab() -> bytes:
    return g.edited({g.WORKBOOK: g.replaced("基础数据表", "Sheet1")})


@kind
def hidden_sheet() -> bytes:
    return g.edited({g.WORKBOOK: g.replaced('name="基础数据表"', 'name="基础数据表" state="hidden"')})


@kind
def very_hidden_sheet() -> bytes:
    return g.edited({g.WORKBOOK: g.replaced('name="基础数据表"', 'name="基础数据表" state="veryHidden"')})


@kind
def hidden_row_and_column() -> bytes:
    return basic(
        g.replaced('<row r="8"', '<row r="8" hidden="1"'),
        g.replaced('customWidth="1" max="3" min="3"', 'customWidth="1" hidden="1" max="3" min="3"'),
    )


def _with_sheet(name: str, xml: bytes, content_type: str = "worksheet") -> bytes:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    return g.edited(
        {
            g.WORKBOOK: g.replaced("</sheets>", f'<sheet name="{name}" sheetId="99" r:id="rIdX"/></sheets>'),
            "xl/_rels/workbook.xml.rels": g.replaced(
                "</Relationships>",
                f'<Relationship Id="rIdX" Type="{relation}" Target="worksheets/sheet99.xml"/>'
                "</Relationships>",
            ),
            "[Content_Types].xml": g.replaced(
                "</Types>",
                '<Override PartName="/xl/worksheets/sheet99.xml" ContentType="application/'
                f'vnd.openxmlformats-officedocument.spreadsheetml.{content_type}+xml"/></Types>',
            ),
        },
        {"xl/worksheets/sheet99.xml": xml},
    )


def _part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(g.good())) as archive:
        return archive.read(name)


@kind
def extra_sheet() -> bytes:
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>草稿</t></is></c></row>'
    return _with_sheet("草稿", f"<worksheet><sheetData>{row}</sheetData></worksheet>".encode())


@kind
def the_same_form_twice() -> bytes:
    return _with_sheet("基础数据表 (2)", _part(g.BASIC))


@kind
def form_missing() -> bytes:
    """The second sheet deleted; the numbers of the sheets behind it go down by one."""

    def without(xml: str) -> str:
        xml = re.sub(r'<sheet name="整体[^>]*/>', "", xml)
        return re.sub(r'localSheetId="([2-9])"', lambda found: f'localSheetId="{int(found[1]) - 1}"', xml)

    return g.edited({g.WORKBOOK: without})


@kind
def inserted_row() -> bytes:
    """An empty row above 公务用车, as a tool inserts it that does not know of names."""
    return basic(g.shifted(_SUM_LABEL_ROW, 1))


@kind
def inserted_row_with_content() -> bytes:
    row = f'<row r="{_SUM_LABEL_ROW}"><c r="A{_SUM_LABEL_ROW}" t="inlineStr"><is><t>备注</t></is></c></row>'
    return basic(
        g.shifted(_SUM_LABEL_ROW, 1),
        g.replaced(f'<row r="{_SUM_LABEL_ROW + 1}"', f'{row}<row r="{_SUM_LABEL_ROW + 1}"'),
    )


@kind
def deleted_row() -> bytes:
    """出国经费 (all 0) deleted."""
    return basic(g.without_row(int(g.address("基础", "出国_本年决算数")[1:])))


@kind
def indicator_rows_inserted_by_hand() -> bytes:
    """Two blank rows at the foot of the indicator table, as left over when rows are added in Excel."""
    return overall(g.shifted(int(g.address("整体", "总分_得分")[1:]), 2))


@kind
def changed_label() -> bytes:
    return basic(g.replaced("3、公务接待", "3、公务接待费用"))


@kind
def labels_spaced_out() -> bytes:
    return basic(g.replaced("三公经费</t>", "三 公　经\n费</t>"), g.replaced("编制数</t>", " 编 制 数</t>"))


@kind
def swapped_columns() -> bytes:
    """Budget and actual of the money block exchanged, headings and all."""

    def swap(xml: str) -> str:
        for row in range(5, 23):
            xml = re.sub(rf'<c r="D{row}"', f'<c r="@{row}"', xml)
            xml = re.sub(rf'<c r="F{row}"', f'<c r="D{row}"', xml)
            xml = xml.replace(f'<c r="@{row}"', f'<c r="F{row}"')
        return xml

    return basic(swap)


@kind
def names_lost() -> bytes:
    return g.edited(
        {g.WORKBOOK: lambda xml: re.sub("<definedNames>.*</definedNames>", "", xml, flags=re.DOTALL)}
    )


@kind
def printed_weight_changed() -> bytes:
    return overall(g.replaced("（30分）", "（40分）"))


@kind
def older_version() -> bytes:
    return g.edited({"docProps/custom.xml": lambda xml: xml.replace(g.PROFILE.version, "0123456789ab")})


@kind
def no_profile_named() -> bytes:
    return g.edited({"docProps/custom.xml": lambda xml: xml.replace("xlperf.", "other.")})


@kind
def unusual_prefixes() -> bytes:
    def prefixed(xml: str) -> str:
        xml = re.sub(r"<(/?)(\w+)", r"<\1x:\2", xml).replace(' xmlns="', ' xmlns:x="')
        return xml.replace(" t=", "  t=")

    return g.edited({g.BASIC: prefixed})


@kind
def attributes_in_another_order() -> bytes:
    return basic(lambda xml: re.sub(r'<c (r="\w+") (s="\d+")', r"<c \2 \1", xml))


@kind
def rich_text_and_escapes() -> bytes:
    return basic(
        g.replaced(
            "<is><t>三公经费</t></is>",
            '<is><r><t>三公</t></r><r><t>经费</t></r><rPh sb="0" eb="1"><t>注音</t></rPh></is>',
        ),
        g.replaced("编制数</t>", "编制数_x000D_</t>"),
    )


@kind
def with_macros() -> Built:
    return g.edited({}, {"xl/vbaProject.bin": _OLE2 + bytes(64)}), g.file_name().replace(".xlsx", ".xlsm")


@kind
def external_link() -> bytes:
    return g.edited({}, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})


@kind
def embedded_object() -> bytes:
    return g.edited({}, {"xl/embeddings/oleObject1.bin": _OLE2})


@kind
def workbook_named_xls() -> Built:
    return g.good(), g.file_name().replace(".xlsx", ".xls")


@kind
def a_million_formatted_rows() -> bytes:
    rows = "".join(f'<row r="{row}" s="1" customFormat="1"/>' for row in range(28, 1_048_577))
    return basic(g.replaced("</sheetData>", f"{rows}</sheetData>"))


@kind
def empty_file() -> bytes:
    return b""


@kind
def only_zeros() -> bytes:
    return bytes(5000)


@kind
def xls_named_xlsx() -> bytes:
    return _OLE2 + bytes(512) + "Workbook".encode("utf-16-le") + bytes(512)


@kind
def encrypted() -> bytes:
    return _OLE2 + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512)


@kind
def doc_named_xlsx() -> bytes:
    return _OLE2 + bytes(512) + "WordDocument".encode("utf-16-le") + bytes(512)


@kind
def html_named_xlsx() -> bytes:
    return "\ufeff<html><body><table><tr><td>三公经费</td></tr></table></body></html>".encode()


@kind
def spreadsheet_2003_xml() -> bytes:
    return b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'


@kind
def csv_in_gbk() -> bytes:
    return "单位编码,单位名称\n001,甲单位\n".encode("gbk")


@kind
def pdf_named_xlsx() -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"


@kind
def truncated() -> bytes:
    return g.good()[: len(g.good()) * 2 // 3]


@kind
def random_bytes() -> bytes:
    return bytes((index * 37 + 11) % 256 for index in range(4000))


@kind
def damaged_part() -> bytes:
    """A byte of the first sheet's compressed data turned."""
    data = bytearray(g.good())
    with zipfile.ZipFile(io.BytesIO(g.good())) as archive:
        info = archive.getinfo(g.BASIC)
    data[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 0xFF
    return bytes(data)


@kind
def broken_xml() -> bytes:
    return g.edited({g.WORKBOOK: lambda xml: xml[:-30]})


def _zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


@kind
def docx_named_xlsx() -> bytes:
    return _zip(word__document_xml=b"<document/>")


@kind
def ods_named_xlsx() -> bytes:
    return _zip(content_xml=b"<office/>")


@kind
def any_zip() -> bytes:
    return _zip(readme_xml=b"<a/>")


@kind
def zip_bomb() -> bytes:
    return g.edited({}, {"xl/media/image1.bin": bytes(40 * 2**20)})


@kind
def entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY a0 "ha">{entities}]>'
    return basic(lambda xml: f'<?xml version="1.0"?>{doctype}{xml}'.replace("<t>附件1", "<t>&a8;"))


@kind
def entities_after_a_long_comment() -> bytes:
    padding = f"<!--{'x' * 9000}-->"
    return basic(lambda xml: f'<?xml version="1.0"?>{padding}<!DOCTYPE a [<!ENTITY b "c">]>{xml}')


@kind
def encrypted_zip() -> bytes:
    """The flag that says "password needed" set on every entry."""
    data = g.good()
    for signature, skipped in ((b"PK\x03\x04", 2), (b"PK\x01\x02", 4)):
        pattern = re.compile(re.escape(signature) + b"(.{%d})(.{2})" % skipped, re.DOTALL)
        data = pattern.sub(lambda found, head=signature: head + found[1] + b"\x01\x00", data)
    return data


@kind
def no_form_in_it() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "会议通知"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
