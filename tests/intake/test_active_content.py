"""What a program would run or fetch is found by what it is, whatever its parts are called."""

import zipfile

import pytest

from tests.growth import packages as p
from tests.intake.wordfiles import document
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"
SHEET = "xl/worksheets/_rels/sheet1.xml.rels"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def relation(kind, target, outside=False):
    mode = ' TargetMode="External"' if outside else ""
    space = MICROSOFT if kind.startswith(("vba", "xl")) else OFFICE
    return f'<Relationship Id="rMore" Type="{space}/{kind}" Target="{target}"{mode}/>'


@pytest.fixture
def codes(tmp_path):
    def run(data, suffix=".xlsx"):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(data)
        return {found.code for found in unfolded(check_file(path).findings)}

    return run


def of_book(more, parts=()):
    found = dict(p.foreign())
    found[p.RELATIONS] = found[p.RELATIONS].replace("</Relationships>", f"{more}</Relationships>")
    return p.packed({**found, **dict(parts)})


def test_a_call_of_a_program_is_found_in_every_folder(codes):
    link = '<externalLink xmlns="x"><ddeLink ddeService="cmd" ddeTopic="/c"/></externalLink>'
    data = of_book(relation("externalLink", "other/one.xml"), {"xl/other/one.xml": link})
    assert {"F121", "F127"} <= codes(data)


@pytest.mark.parametrize(("kind", "name"), [("vbaProject", "helper.bin"), ("xlMacrosheet", "other/one.xml")])
def test_macros_are_found_under_every_name(codes, kind, name):
    assert "F120" in codes(of_book(relation(kind, name), {f"xl/{name}": "<a/>"}))


def test_macro_sheets_are_macros(codes):
    assert "F120" in codes(of_book("", {"xl/macrosheets/sheet1.xml": "<a/>"}))


def test_connections_are_links(codes):
    assert "F121" in codes(of_book(relation("connections", "one.xml"), {"xl/one.xml": "<a/>"}))


def test_a_control_is_another_file(codes):
    data = p.packed({**p.foreign(), SHEET: RELATIONS.format(relation("control", "../activeX/a.xml"))})
    assert "F122" in codes(data)


@pytest.mark.parametrize(
    ("target", "is_fetched"),
    [
        ("http://192.0.2.1/a.doc", True),
        (r"file:///\\192.0.2.1\a\b.doc", True),
        (r"\\server\a.doc", True),
        ("file://server/a.doc", True),
        ("file:///C:/Users/a.doc", False),
        ("a.doc", False),
    ],
)
def test_an_object_on_another_computer_is_fetched(codes, target, is_fetched):
    relations = RELATIONS.format(relation("oleObject", target, outside=True))
    assert ("F142" in codes(p.packed({**p.foreign(), SHEET: relations}))) is is_fetched


@pytest.mark.parametrize(
    ("part", "kind"), [("settings", "attachedTemplate"), ("document", "subDocument"), ("document", "frame")]
)
def test_what_a_document_fetches_is_named(codes, part, kind):
    relations = RELATIONS.format(
        relation(kind, "https://192.0.2.1/a", outside=True) + relation(kind, "file:///C:/a", outside=True)
    )
    assert "F142" in codes(document(parts={f"word/_rels/{part}.xml.rels": relations.encode()}), ".docx")


def field(*pieces):
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"<w:p>{begin}{runs}{end}</w:p>"


DDE = ' DDEAUTO cmd "/k calc" '


@pytest.mark.parametrize(
    "body",
    [
        field(" PAGE ") + field(DDE),
        field(" D", "DEAUTO cmd "),
        f"<w:p><w:fldSimple w:instr='{DDE}'><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>",
    ],
)
def test_a_field_that_calls_a_program_is_found_wherever_it_is(codes, body):
    assert "F127" in codes(document(body), ".docx")
    footer = f'<w:ftr xmlns:w="{W}">{body}</w:ftr>'
    assert "F127" in codes(document(parts={"word/footer9.xml": footer.encode()}), ".docx")


def test_other_fields_call_none(codes):
    assert "F127" not in codes(document(field(" PAGE "), field(' REF "DDE" ')), ".docx")


def test_macros_of_opendocument_are_found(codes, tmp_path):
    row = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>甲</text:p></table:table-cell>'
    )
    path = tmp_path / "b.ods"
    path.write_bytes(p.ods(f"{row}</table:table-row>"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("Basic/Standard/Module1.xml", "<a/>")
    assert "F120" in codes(path.read_bytes(), ".ods")
