"""Every code of the report's text on its own examples: silent on the right one, right about the wrong one."""

import pytest

from xlperf.declarations.codes import TextExample, builtin_codes
from xlperf.declarations.findings import Finding
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.report_text import ReportParagraph, ReportText, check_report

PROFILE = load_profile("national-2020")
CODES = [info for info in builtin_codes().values() if info.code.startswith("R")]


def found(example: TextExample) -> list[Finding]:
    lines = tuple(ReportParagraph(number, text) for number, text in enumerate(example.text, start=1))
    return list(check_report(ReportText("报告.docx", lines), filing(example), PROFILE))


def filing(example: TextExample) -> Filing | None:
    if not example.fields:
        return None
    records = [
        Record(
            form.alias, form.sheet, {name: value for name, value in values(example) if name in form.fields}
        )
        for form in PROFILE.single_forms()
    ]
    return Filing("001", "", PROFILE.id, records)


def values(example: TextExample) -> list[tuple[str, float | str]]:
    return [
        (name, float(value) if isinstance(value, int) else value) for name, value in example.fields.items()
    ]


by_code = pytest.mark.parametrize("info", CODES, ids=lambda info: info.code)


@by_code
def test_the_right_example_raises_nothing_at_all(info):
    assert found(info.examples[0]) == []


@by_code
def test_the_wrong_example_is_found_with_the_right_figure(info):
    reported = found(info.examples[1])
    assert {finding.code for finding in reported} == {info.code}
    if info.examples[1].expected:
        assert {finding.expected for finding in reported} == {info.examples[1].expected}


@by_code
def test_messages_quote_the_text_and_leave_no_hole(info):
    for finding in found(info.examples[1]):
        assert "{" not in finding.message + finding.fix
        assert finding.location.file == "报告.docx"
        assert finding.value in finding.message
        assert finding.expected in finding.message
