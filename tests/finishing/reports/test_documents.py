"""Reports in Word: what our own check, our own reading and python-docx find in them."""

import math
import tempfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.finishing.reports.samples import PROFILES, REPORTS, document, filings
from tests.test_round_trip import filled_rows
from xlperf.core.errors import InputError
from xlperf.declarations.evaluation import complete
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.finishing.reports.figures import completed
from xlperf.finishing.reports.report_document import report_document
from xlperf.finishing.reports.report_paragraphs import kinds_of, write_report
from xlperf.finishing.reports.report_template import template_bytes, template_path
from xlperf.intake.filing_reader import read_filing
from xlperf.report_text import check_report, read_report, titled
from xlperf.report_text.structure import outline_of, parts
from xlperf.report_text.text_check import judgements

LEFT_OVER = "R163"
WIDTH = 21 * 360000
SPECIAL = "甲局 {{ 7*7 }} {% if x %} <b>&amp; ‘引’ “号” ]]> \\ ${x}"


@pytest.mark.parametrize(("profile_id", "kind"), REPORTS)
def test_the_check_of_reports_finds_prompts_and_nothing_else(tmp_path, profile_id, kind):
    profile = load_profile(profile_id)
    for number, filing in enumerate(filings(profile_id)[:8]):
        path = document(tmp_path / f"{number}.docx", filing, profile, kind)
        found = list(check_report(read_report(path), completed(filing, profile), profile))
        assert {finding.code for finding in found} == {LEFT_OVER}
        assert all(finding.value.startswith("【请填写：") for finding in found)


@pytest.mark.parametrize(("profile_id", "kind"), REPORTS)
def test_every_prompt_is_found_by_the_check(tmp_path, profile_id, kind):
    profile, filing = load_profile(profile_id), filings(profile_id)[2]
    path = document(tmp_path / "报告.docx", filing, profile, kind)
    prompts = [
        text for text in (line.text for line in docx.Document(path).paragraphs) if text.startswith("【")
    ]
    found = list(check_report(read_report(path), filing, profile))
    assert len(found) == len(prompts) > 3


@pytest.mark.parametrize(("profile_id", "kind"), REPORTS)
def test_the_sections_are_those_of_the_outline(tmp_path, profile_id, kind):
    profile = load_profile(profile_id)
    path = document(tmp_path / "报告.docx", filings(profile_id)[1], profile, kind)
    (part,) = parts(read_report(path), outline_of(profile))
    assert part.kind == kind
    assert [heading.title for heading in part.top] == [titles[0] for titles in outline_of(profile)[kind]]
    assert str(profile.year) in titled(read_report(path))


@pytest.mark.parametrize("profile_id", PROFILES)
def test_figures_are_read_back_as_what_they_were_written_for(tmp_path, profile_id):
    """Those of the tables are stated: the same declaration leads from the table to the sentence and back."""
    profile, given_filing = load_profile(profile_id), filings(profile_id)[3]
    path = document(tmp_path / "报告.docx", given_filing, profile)
    filing = completed(given_filing, profile)
    found = parts(read_report(path), outline_of(profile))
    said = {(judged.figure.name, judged.figure.derived) for judged in judgements(found, filing, profile)}
    assert {("编制", ""), ("在职", ""), ("支出合计", ""), ("自评得分", "")} <= said
    assert {derived for _, derived in said} >= {"在职人员控制率", "完成率"}
    assert all(not judged.code for judged in judgements(found, filing, profile))


@pytest.mark.parametrize("profile_id", PROFILES)
def test_the_tables_are_read_back_without_loss(tmp_path, profile_id):
    profile = load_profile(profile_id)
    for filing in filings(profile_id)[:4]:
        assert_comes_back(filing, profile, tmp_path)


def assert_comes_back(filing, profile, folder):
    """Every value of every attached form, and every row of its tables, is read again from the documents."""
    found: dict[str, list[Record]] = {}
    for kind in kinds_of(profile):
        received = read_filing(document(folder / f"{kind}.docx", filing, profile, kind), profile)
        assert received.filing is not None
        for record in received.filing.records:
            found.setdefault(record.form, []).append(record)
    if profile.id == "national-2020":
        found["项目"] = found.get("项目", [])[: len(filing.of("项目"))]
    for form in profile.forms.values():
        given_records = [complete(record, profile).record for record in filing.of(form.alias)]
        assert len(found.get(form.alias, [])) == len(given_records), form.alias
        for record, back in zip(given_records, found.get(form.alias, []), strict=True):
            for name, field in form.fields.items():
                is_text = field.formula is not None and isinstance(record.fields.get(name), str)
                if not field.virtual and not is_text:
                    assert_same(record.fields.get(name), back.fields.get(name), name)
            for table in form.tables.values():
                rows, again = filled_rows(record, table), filled_rows(back, table)
                assert len(rows) == len(again)
                for row, other in zip(rows, again, strict=True):
                    for name in row:
                        assert_same(row[name], other[name], name)


def assert_same(value, other, name):
    if isinstance(value, float) and isinstance(other, float):
        assert math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9), name
    elif isinstance(value, str) and isinstance(other, str):
        assert "".join(value.split()) == "".join(other.split()), name
    else:
        assert value == other, name


cents = st.integers(0, 10**6).map(lambda number: number / 100)
people = st.integers(1, 900).map(float)
prose = st.text("甲乙丙丁全年完成任务，；“”（）&<>{}%#$'\"", min_size=3, max_size=60)
LEAVES_ALONE = {"单位名称", "执行分值", "总分_分值"}


def drawn_row(draw, row, table):
    """The row with other reasons and, where one was there, another name of the indicator."""
    names = [name for name in ("三级指标", "偏差原因") if name in table.columns and row.get(name)]
    return row | {name: draw(prose) for name in names}


@st.composite
def drawn(draw, filing):
    """A filing with other figures and texts, some of them missing; what follows by formula is left to it."""
    profile = load_profile(filing.profile)
    records = []
    for record in filing.records:
        form = profile.forms[record.form]
        fields = {}
        for name, value in record.fields.items():
            field = form.fields[name]
            if field.formula is not None:
                continue
            kinds = {"amount": cents, "count": people, "prose": prose}
            kind = kinds.get(field.type.id)
            is_drawn = kind is not None and name not in LEAVES_ALONE
            may_miss = st.none() if not field.required else kind
            fields[name] = draw(st.one_of(may_miss, kind)) if is_drawn else value
        tables = {
            name: [drawn_row(draw, row, form.tables[name]) for row in rows]
            for name, rows in record.tables.items()
        }
        records.append(replace(record, fields=fields, tables=tables))
    return Filing(filing.unit_code, filing.unit_name, filing.profile, records)


@settings(max_examples=12, deadline=None, phases=[Phase.generate])
@given(st.data())
def test_drawn_filings_come_back_and_pass_the_check(data):
    profile_id = data.draw(st.sampled_from(PROFILES))
    profile = load_profile(profile_id)
    filing = data.draw(drawn(filings(profile_id)[data.draw(st.integers(1, 8))]))
    with tempfile.TemporaryDirectory() as folder:
        assert_comes_back(filing, profile, Path(folder))
        for kind in kinds_of(profile):
            text = read_report(Path(folder, f"{kind}.docx"))
            printed = "\n".join(paragraph.text for paragraph in text.paragraphs)
            assert "None" not in printed
            assert "nan" not in printed
            assert "#DIV/0!" not in printed


def test_texts_of_a_unit_are_never_read_as_fields(tmp_path):
    profile, filing = load_profile("hunan-yueyang-2024"), filings("hunan-yueyang-2024")[1]
    records = [
        replace(record, fields=record.fields | {"单位名称": SPECIAL, "实际完成情况": SPECIAL})
        for record in filing.records
    ]
    path = document(tmp_path / "报告.docx", replace(filing, unit_name=SPECIAL, records=records), profile)
    paragraphs = [paragraph.text for paragraph in docx.Document(path).paragraphs]
    assert paragraphs.count(SPECIAL) >= 2
    assert f"2024年度{SPECIAL}" in paragraphs
    (cell,) = {cell.text for row in docx.Document(path).tables[1].rows[:1] for cell in row.cells[2:]}
    assert cell == SPECIAL


def is_continued(table) -> bool:
    """Whether a table is the rest of one that is longer than a page: its first row is on each page."""
    return table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_a_table_longer_than_a_page_repeats_its_headings(tmp_path):
    profile, filing = load_profile("hunan-yueyang-2024"), filings("hunan-yueyang-2024")[1]
    reason = "下半年才到位的设备推迟了安装，第四季度集中完成。" * 4
    records = [
        replace(record, tables={"指标": [row | {"偏差原因": reason} for row in record.tables["指标"]]})
        if record.form == "整体"
        else record
        for record in filing.records
    ]
    long = replace(filing, records=records)
    tables = docx.Document(document(tmp_path / "报告.docx", long, profile)).tables
    (rest,) = [table for table in tables if is_continued(table)]
    headings = [cell.text for cell in rest.rows[0].cells]
    assert headings[:4] == ["绩效指标", "一级指标", "二级指标", "三级指标"]
    assert len(rest.rows) == len(records[1].tables["指标"]) + 2
    assert rest.rows[1]._tr.tc_lst[0].vMerge == "restart"
    assert_comes_back(long, profile, tmp_path)
    usual = docx.Document(document(tmp_path / "报告.docx", filing, profile)).tables
    assert not any(map(is_continued, usual))


@pytest.mark.parametrize(
    "odd",
    [
        "甲\x00\x07局\u202e反\u200b",
        "长" * 400,
        "行一\n行二\r\n行三\t制表",
        "=cmd|' /C calc'!A0",
        "']]><w:p/>&#0;",
    ],
)
def test_odd_texts_spoil_neither_the_document_nor_its_tables(tmp_path, odd):
    profile, filing = load_profile("hunan-yueyang-2024"), filings("hunan-yueyang-2024")[1]
    records = [
        replace(record, fields=record.fields | {"实际完成情况": odd * 20, "厉行节约保障措施": odd * 9})
        for record in filing.records
    ]
    path = document(tmp_path / "报告.docx", replace(filing, unit_name=odd, records=records), profile)
    tables = docx.Document(path).tables
    assert len(tables) - sum(map(is_continued, tables)) == len(records)
    received = read_filing(path, profile)
    assert received.filing is not None
    assert [record.form for record in received.filing.records] == [record.form for record in records]


def test_a_report_has_the_same_bytes_at_each_run(tmp_path):
    profile, filing = load_profile("hunan-yueyang-2024"), filings("hunan-yueyang-2024")[0]
    first = document(tmp_path / "一.docx", filing, profile).read_bytes()
    assert document(tmp_path / "二.docx", filing, profile).read_bytes() == first


def test_the_page_is_that_of_an_official_document(tmp_path):
    profile = load_profile("hunan-yueyang-2024")
    path = document(tmp_path / "报告.docx", filings("hunan-yueyang-2024")[0], profile)
    cover, text, tables = docx.Document(path).sections
    for section, margins in ((cover, [37, 35, 28, 26]), (text, [37, 35, 28, 26]), (tables, [25, 24, 22, 22])):
        sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(side.mm) for side in sides] == margins
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert cover.footer.paragraphs[0].text == ""
    numbers = [
        (footer.paragraphs[0].text, footer.paragraphs[0].alignment)
        for footer in (text.footer, text.even_page_footer)
    ]
    assert numbers == [("— 1 —", WD_ALIGN_PARAGRAPH.RIGHT), ("— 1 —", WD_ALIGN_PARAGRAPH.LEFT)]


def test_the_end_is_never_alone_on_a_page(tmp_path):
    profile = load_profile("hunan-yueyang-2024")
    made = docx.Document(document(tmp_path / "报告.docx", filings("hunan-yueyang-2024")[0], profile))
    first = next(at for at, paragraph in enumerate(made.paragraphs) if paragraph.style.style_id == "Listed")
    assert all(
        paragraph.paragraph_format.keep_with_next for paragraph in made.paragraphs[first - 1 : first + 4]
    )


def test_no_table_is_wider_than_the_text(tmp_path):
    profile = load_profile("hunan-yueyang-2024")
    made = docx.Document(document(tmp_path / "报告.docx", filings("hunan-yueyang-2024")[0], profile))
    section = made.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    for table in made.tables:
        assert sum(column.width for column in table.columns) <= room + 10 * 635


def test_the_template_is_what_the_declared_layout_gives():
    assert template_path().read_bytes() == template_bytes()


def test_a_bureau_may_edit_the_template(tmp_path):
    profile, filing = load_profile("hunan-yueyang-2024"), filings("hunan-yueyang-2024")[0]
    own = docx.Document(template_path())
    own.paragraphs[0].insert_paragraph_before("某县财政局监制")
    own.save(tmp_path / "样本.docx")
    report = write_report(filing, profile, "整体")
    (tmp_path / "报告.docx").write_bytes(report_document(report, profile, tmp_path / "样本.docx"))
    assert docx.Document(tmp_path / "报告.docx").paragraphs[0].text == "某县财政局监制"


def test_a_template_that_is_none_is_named(tmp_path):
    profile, filing = load_profile("hunan-yueyang-2024"), filings("hunan-yueyang-2024")[0]
    (tmp_path / "样本.docx").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"报告的样本“.*样本\.docx”用不了"):
        report_document(write_report(filing, profile, "整体"), profile, tmp_path / "样本.docx")
