"""The good workbook as .xls, .ods, .docx and .doc gives the values of the ledger, and each has its place."""

import pytest

from tests.engines import convert
from tests.intake import wordfiles as w
from tests.intake.test_reader import as_given, shown
from tests.received import good as g
from tests.received.clumsy import KINDS
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.open_any import open_book


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Values pasted over the formulas before: LibreOffice saves an empty text result as 0 in .xls."""
    folder = tmp_path_factory.mktemp("formats")
    stem = g.file_name().removesuffix(".xlsx")
    book, report = folder / f"{stem}.xlsx", folder / f"{stem}.docx"
    book.write_bytes(KINDS["values_pasted_over_everything"]())
    report.write_bytes(w.report(g.good()))
    for source, kind in ((book, "xls"), (book, "ods"), (report, "doc")):
        convert(source, kind, folder / "out").rename(folder / f"{stem}.{kind}")
    (folder / f"{stem}.et").write_bytes((folder / f"{stem}.xls").read_bytes())
    return folder


def of_kind(folder, kind):
    return folder / g.file_name().replace(".xlsx", f".{kind}")


@pytest.mark.parametrize("kind", ["xls", "et", "ods", "docx", "doc"])
def test_what_the_ledger_gave_is_read_back(kind, folder):
    received = read_filing(of_kind(folder, kind))
    assert [finding.message for finding in received.findings] == []
    assert shown(received.filing) == as_given()


@pytest.mark.parametrize("kind", ["xls", "et", "ods", "docx", "doc"])
def test_a_good_filing_gives_no_finding_in_any_format(kind, folder):
    outcome = check_file(of_kind(folder, kind))
    assert [(finding.code, finding.message) for finding in unfolded(outcome.findings)] == []


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_display_formats_are_kept(kind, folder):
    """A rate is printed 98.49%: four decimals of the stored number."""
    overall = read_filing(of_kind(folder, kind)).filing.of("整体")[0]
    assert overall.provenance["执行率"].digits == 4
    assert overall.provenance["执行率"].cell == g.address("整体", "执行率")


def test_a_wrong_figure_in_a_document_is_reported_by_table_row_and_column(folder, tmp_path):
    """79 of 79 people, typed 50 %: the fourth cell of the second row, the merged label counted."""
    path = tmp_path / g.file_name().replace(".xlsx", ".docx")
    spoilt = g.edited({g.BASIC: g.cached(g.address("基础", "在职人员控制率"), "0.5")})
    path.write_bytes(w.report(spoilt))
    (found,) = unfolded(check_file(path).findings)
    assert found.code == "B501"
    assert (found.location.sheet, found.location.cell) == ("表1", "第2行第4列")
    assert "50.00%" in found.message
    assert "100.00%" in found.message


def test_an_empty_total_in_a_document_is_reported_with_what_it_should_be(tmp_path):
    path = tmp_path / g.file_name().replace(".xlsx", ".docx")
    path.write_bytes(w.report(g.edited({g.BASIC: g.empty(g.address("基础", "项目支出_本年决算数"))})))
    found = [finding for finding in unfolded(check_file(path).findings) if finding.code == "M417"]
    assert [(finding.location.field, finding.expected) for finding in found] == [
        ("项目支出_本年决算数", "29.61")
    ]


def test_a_form_of_another_year_among_the_others_is_reported(tmp_path):
    path = tmp_path / g.file_name().replace(".xlsx", ".docx")
    last = g.replaced("2024年度部门整体支出绩效自评表", "2023年度部门整体支出绩效自评表")
    path.write_bytes(w.report(g.edited({g.OVERALL: last})))
    (found,) = unfolded(check_file(path).findings)
    assert (found.code, found.value, found.expected) == ("T221", "2023", "2024")
    assert found.location.sheet == "表2"


class TestTables:
    def documents(self, *blocks: str, folder):
        path = folder / g.file_name().replace(".xlsx", ".docx")
        path.write_bytes(w.document(*blocks))
        return read_filing(path)

    def test_a_form_split_over_pages_with_its_head_again(self, tmp_path):
        blocks = []
        for headings, rows, columns in w.of_workbook(g.good()):
            first = next((i for i, row in enumerate(rows) if "一级指标" in row), None)
            blocks += headings
            if first is None:
                blocks.append(w.table(rows, [1500] * columns))
            else:
                blocks += [w.table(rows[:first], [1500] * columns), w.paragraph("")]
                blocks += [w.table([*rows[first : first + 3]], [1500] * columns), w.paragraph("")]
                blocks.append(w.table([rows[first], *rows[first + 3 :]], [1500] * columns))
        received = self.documents(*blocks, folder=tmp_path)
        sheets = [sheet.name for sheet in received.reading.book.sheets]
        assert "表3、表4" in sheets

    def test_a_table_inside_a_frame_table(self, tmp_path):
        blocks = []
        for headings, rows, columns in w.of_workbook(g.good()):
            inner = w.table(rows, [1500] * columns)
            blocks += [*headings, w.table([w.row([w.cell("", inner=inner)])], [9000])]
        assert shown(self.documents(*blocks, folder=tmp_path).filing) == as_given()

    def test_column_edges_drawn_by_hand(self, tmp_path):
        """Every second row has its first edge 2 mm further right: nine columns become ten in the grid."""
        blocks = []
        for headings, rows, columns in w.of_workbook(g.good()):
            moved = [shifted(row) if number % 2 else wider(row) for number, row in enumerate(rows)]
            blocks += [*headings, w.table(moved, [1500, 115, *[1500] * (columns - 1)])]
        assert shown(self.documents(*blocks, folder=tmp_path).filing) == as_given()

    def test_text_that_was_struck_out_or_hidden_in_fields_is_not_read(self, tmp_path):
        run = "<w:r><w:t>12</w:t></w:r><w:del><w:r><w:delText>99</w:delText></w:r></w:del>"
        field = "<w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r>"
        cell = f"<w:tc><w:p>{run}{field}<w:ins><w:r><w:t>.5</w:t></w:r></w:ins></w:p></w:tc>"
        path = tmp_path / "a.docx"
        path.write_bytes(w.document(w.table([w.row([w.cell("人数"), cell])], [1500, 1500])))
        (sheet,) = open_book(path).sheets
        assert sheet.value("B1") == "12.5"


def wider(row: str) -> str:
    """The first cell of a row one grid column wider."""
    if row.startswith('<w:tr><w:tc><w:tcPr><w:gridSpan w:val="'):
        width, _, rest = row.removeprefix('<w:tr><w:tc><w:tcPr><w:gridSpan w:val="').partition('"')
        return f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="{int(width) + 1}"{rest}'
    return row.replace("<w:tc><w:tcPr>", '<w:tc><w:tcPr><w:gridSpan w:val="2"/>', 1)


def shifted(row: str) -> str:
    """The second cell of a row one grid column wider, the first as it was; one-celled rows wider."""
    first, cell, rest = row.partition("</w:tc>")
    if rest == "</w:tr>" or "gridSpan" in first:
        return wider(row)
    return first + cell + wider(f"<w:tr>{rest}").removeprefix("<w:tr>")
