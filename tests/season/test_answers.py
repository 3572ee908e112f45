"""What counts as an answer, which finding it is about, and where it is read from."""

from dataclasses import replace

import pytest

from tests.season import season_files as s
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Location, Status
from xlperf.declarations.forms_and_rules import Severity
from xlperf.jobs.annotate import Letter, annotate
from xlperf.jobs.check import check
from xlperf.ooxml.limits import LIMITS
from xlperf.season.answers import UnitAnswers, answers_in, is_empty
from xlperf.season.season_records import FindingState, UnitAnswer, state_of

FOUND = finding("F106", Location("a.xlsx", "表", "B4", unit_code="001"))
WARNED = replace(FOUND, severity=Severity.WARNING)


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "。", "——", "核实无误", "核实无误。", "“核实无误！”", "已 核 实 无 误", "属实", "1."),
        *("已核实", "无误", "情况属实", "已修改", "见附件", "无", "无。", "N/A", "OK", "同上", "说明：无"),
        *(
            "已核实，情况属实。",
            "经我单位再次核实，以上数据均无误，特此说明。",
            "该问题已整改到位",
            "1. 已核对 2. 无误",
        ),
    ],
)
def test_empty_answers(text):
    assert is_empty(text)


@pytest.mark.parametrize(
    "text",
    [
        *("核实无误，系机构改革划转", "无此项业务", "见区委编办〔2024〕3号函", "退休2人未减编", "系军转安置"),
        *("已核实，为年中追加", "项目跨年"),
    ],
)
def test_answers_that_say_something(text):
    assert not is_empty(text)


def test_an_answer_belongs_to_the_finding_with_its_mark_or_its_message():
    answers = UnitAnswers(
        [UnitAnswer(FOUND.fingerprint, "改过的话", "一"), UnitAnswer("", " 另一条 问题", "二")]
    )
    assert answers.to(FOUND) == "一"
    assert answers.to(replace(FOUND, code="F107", message="另一条问题")) == "二"
    assert answers.to(replace(FOUND, code="F108", message="第三条")) == ""


def test_of_two_answers_the_one_that_says_more_counts_and_empty_ones_are_counted():
    answers = UnitAnswers([UnitAnswer("", "问题", text) for text in ("短说明", "长一些的说明", "核实无误")])
    assert answers.to(replace(FOUND, message="问题")) == "长一些的说明"
    assert answers.empty == ["核实无误"]


def test_a_message_that_was_cut_is_known_by_its_beginning():
    message = "很长的问题" * 20
    answers = UnitAnswers([UnitAnswer("", f"{message[:60]}……", "系年中追加")])
    assert answers.to(replace(FOUND, message=message)) == "系年中追加"


@pytest.mark.parametrize(
    ("found", "answer", "state"),
    [
        (replace(WARNED, status=Status.NEW), "", FindingState.NEW),
        (replace(WARNED, status=Status.OPEN), "机构改革", FindingState.ANSWERED),
        (replace(FOUND, status=Status.OPEN), "机构改革", FindingState.OPEN),
        (replace(WARNED, status=Status.UNCHECKED), "", FindingState.UNCHECKED),
        (replace(WARNED, status=Status.FIXED), "机构改革", FindingState.FIXED),
        (replace(FOUND, status=Status.OPEN, exempt="已批复"), "", FindingState.EXEMPT),
    ],
)
def test_an_answer_never_silences_an_error(found, answer, state):
    assert state_of(found, answer) is state


@pytest.fixture
def returned(tmp_path):
    """The folder that a unit with a warning gets back, and the findings on it."""
    inbox = tmp_path / "收到"
    inbox.mkdir()
    name = [*s.workbooks(2)][1]
    (inbox / name).write_bytes(s.spoiled(s.workbooks(2)[name], s.warned(s.filings(2)[1])))
    report = check([inbox])
    annotate(report, tmp_path / "退", letter=Letter())
    return tmp_path / "退" / name.removesuffix(".xlsx"), report.findings


def test_answers_are_read_from_a_copy(returned):
    folder, findings = returned
    copy = next(folder.glob("*.xlsx"))
    copy.write_bytes(s.answered(copy.read_bytes(), "机构改革划转"))
    read = answers_in(str(copy), LIMITS)
    assert (read.is_letter, [answer.mark for answer in read.answers]) == (
        False,
        [found.fingerprint for found in findings],
    )
    assert {answer.text for answer in read.answers} == {"机构改革划转"}
    assert all(UnitAnswers(read.answers).to(found) for found in findings)


def test_answers_are_read_from_a_letter_which_says_whom_it_was_sent_to(returned):
    folder, findings = returned
    letter = folder / "退回通知.docx"
    assert answers_in(str(letter), LIMITS).answers == []
    letter.write_bytes(s.answered_letter(letter, "机构改革划转"))
    read = answers_in(str(letter), LIMITS)
    assert (read.is_letter, read.unit) == (True, s.filings(2)[1].unit_name)
    assert all(UnitAnswers(read.answers).to(found) for found in findings)


def test_files_that_cannot_be_read_and_others_have_no_answers(tmp_path):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04")
    assert answers_in(str(path), LIMITS).answers == []
    path.write_bytes(next(iter(s.workbooks(2).values())))
    assert answers_in(str(path), LIMITS).answers == []
