"""What 校验 finds is what the batch finds in the same workbook."""

import pytest

from tests.declarations.rules.published import published
from tests.workbooks.filings import filing
from tests.workbooks.working.books import completed, lines, planned, shown, whole, wrong
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import Finding, unfolded
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.workbooks.workbook_writer import writer_of

BY_BATCH = "由批量校验检查"
HENGYANG = load_profile("hunan-hengyang-2023")


def place_of(line: Finding) -> tuple[str, ...]:
    return line.code, line.location.sheet, line.location.cell


def reported(line: Finding) -> tuple[str, ...]:
    return line.severity.value, line.value, line.expected, line.message, line.fix


@pytest.fixture(params=["hunan-yueyang-2024", "hunan-hengyang-2023", "made"])
def unit(request) -> tuple[Filing, Profile]:
    if request.param == "made":
        return whole(filing(HENGYANG, rows=7, projects=2), HENGYANG), HENGYANG
    made, profile = published(request.param)
    return whole(made, profile), profile


def test_the_same_problems_in_the_same_words(unit, tmp_path):
    made, profile = unit
    cells = shown(planned(made, profile), completed(made, profile))
    path = tmp_path / "unit.xlsx"
    path.write_bytes(writer_of(profile, working=False).workbook(made))
    found = {
        place_of(finding): reported(finding)
        for finding in unfolded(check_file(path, profile).findings)
        if finding.code in profile.rules
    }
    left = {(line["代码"], line["表"], line["单元格"]) for line in lines(cells) if line["结论"] == BY_BATCH}
    rules_left = {rule.code for rule in profile.rules.values() if not rule.native}
    listed = {
        (line["代码"], line["表"], line["单元格"]): tuple(
            line[heading] for heading in ("级别", "现值", "应为", "说明", "修改建议")
        )
        for line in wrong(cells)
    }
    expected = {at: texts for at, texts in found.items() if at[0] not in rules_left and at not in left}
    assert len(expected) >= 10
    assert listed.keys() == expected.keys()
    differing = {at[0] for at, texts in expected.items() if listed[at] != texts}
    assert differing <= {"S624"}  # its message says more where the batch reads a date


def test_every_rule_has_a_line(unit):
    made, profile = unit
    codes = {line["代码"] for line in lines(shown(planned(made, profile), completed(made, profile)))}
    assert profile.rules.keys() <= codes
