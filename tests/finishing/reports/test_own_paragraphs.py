"""What is taken over from an earlier report: whose it is, where it goes, what is left out."""

import pytest

from tests.finishing.reports.samples import filings
from tests.report_text.documents import made
from xlperf.declarations.profile import load_profile
from xlperf.finishing.reports.own_paragraphs import earlier_report, own_for, without_figures
from xlperf.finishing.reports.report_paragraphs import PROMPT, TEXT, write_report
from xlperf.report_text import read_report

PROFILE = load_profile("hunan-yueyang-2024")
UNIT = "岳阳市君山区人民政府办公室"
BODY = [
    "一、单位基本情况",
    "（一）单位基本情况",
    "1.办理文电；2.组织会议。",
    "（二）机构设置与人员情况",
    "内设秘书室、督查室。2024年编制47人，在职47人。",
    "七、存在的问题及原因分析",
    "一是指标不细，原因是培训不够。",
    "八、下一步改进措施",
    "（一）加强培训",
    "每季度培训一次。",
    "十、其他需要说明的情况",
    "【请填写：其他需要说明的情况；没有的，写“无”】",
    UNIT,
    "2025年3月1日",
]


def taken(tmp_path, year, lines=tuple(BODY)):
    path = made(tmp_path / "001_报告.docx", [f"{year}年度{UNIT}整体支出绩效自评报告", *lines])
    earlier = earlier_report(read_report(path), PROFILE)
    filing = filings(PROFILE.id)[0]
    own = own_for(earlier, write_report(filing, PROFILE, "整体"))
    return earlier, write_report(filing, PROFILE, "整体", own).paragraphs


def test_whose_it_is_and_of_which_year(tmp_path):
    earlier, _ = taken(tmp_path, 2024)
    assert (earlier.code, earlier.unit, earlier.year) == ("001", UNIT, 2024)


def test_paragraphs_go_back_to_their_places(tmp_path):
    _, paragraphs = taken(tmp_path, 2024)
    lines = [paragraph.text for paragraph in paragraphs]
    assert lines[lines.index("（一）单位基本情况") + 1] == "1.办理文电；2.组织会议。"
    assert "内设秘书室、督查室。" in lines
    at = lines.index("八、下一步改进措施")
    assert lines[at + 1 : at + 3] == ["（一）加强培训", "每季度培训一次。"]


def test_figures_of_the_tables_are_not_copied(tmp_path):
    earlier, paragraphs = taken(tmp_path, 2024)
    assert earlier.dropped["整体"] == ["2024年编制47人，在职47人。"]
    assert sum("编制" in paragraph.text for paragraph in paragraphs if paragraph.kind == TEXT) == 1


def test_prompts_that_nobody_has_answered_stay(tmp_path):
    _, paragraphs = taken(tmp_path, 2024)
    assert "【请填写：其他需要说明的情况；没有的，写“无”】" in [paragraph.text for paragraph in paragraphs]
    assert UNIT in [paragraph.text for paragraph in paragraphs if paragraph.kind == "signed"]
    assert UNIT not in [paragraph.text for paragraph in paragraphs if paragraph.kind == TEXT]


def test_last_years_paragraphs_are_marked(tmp_path):
    _, paragraphs = taken(tmp_path, 2023)
    marks = [paragraph for paragraph in paragraphs if "请核对以下" in paragraph.text]
    assert len(marks) == 4
    assert {paragraph.kind for paragraph in marks} == {PROMPT}
    assert "001_报告.docx" in marks[0].text


def test_this_years_are_not(tmp_path):
    assert not any("请核对" in paragraph.text for paragraph in taken(tmp_path, 2024)[1])


def test_a_report_of_ours_that_is_half_written_gives_what_was_written(tmp_path):
    filing = filings(PROFILE.id)[0]
    blank = write_report(filing, PROFILE, "整体")
    lines = [paragraph.text for paragraph in blank.paragraphs]
    answered = next(place for place, line in enumerate(lines) if "主要职责" in line)
    lines[answered] = "负责区政府文电、会务。"
    lines.insert(answered + 1, "承办交办事项。")
    path = made(tmp_path / "001_半.docx", [f"2024年度{UNIT}整体支出绩效自评报告", *lines])
    own = own_for(earlier_report(read_report(path), PROFILE), blank)
    again = [paragraph.text for paragraph in write_report(filing, PROFILE, "整体", own).paragraphs]
    assert again == lines


@pytest.mark.parametrize(
    ("text", "is_old", "kept"),
    [
        ("2、人员情况。2024年编制47人。", False, ""),
        ("负责机关会务和公文办理。2024年支出合计100万元。", False, "负责机关会务和公文办理。"),
        ("建成停车场一处，投入30万元。", True, ""),
        ("建成停车场一处，投入30万元。", False, "建成停车场一处，投入30万元。"),
        ("接待群众 300 人次。", True, "接待群众 300 人次。"),
    ],
)
def test_which_sentences_are_kept(text, is_old, kept):
    assert without_figures(text, is_old=is_old)[0] == kept


def test_a_title_whose_sentence_is_written_from_the_tables_goes_with_it(tmp_path):
    lines = [
        f"2024年度{UNIT}整体支出绩效自评报告",
        "六、部门整体支出绩效情况",
        "1.“公用经费”控制率。",
        "本年公用经费预算422.77万元，实际支出384.12万元，控制率90.86%。",
        "2.信息公开。",
        "按时公开。",
    ]
    earlier = earlier_report(read_report(made(tmp_path / "001_报告.docx", lines)), PROFILE)
    assert [text for _, _, text in earlier.paragraphs["整体"]] == ["2.信息公开。", "按时公开。"]


def test_paragraphs_of_score_rows_take_the_place_of_their_prompts(tmp_path):
    """As the report of 衡阳 has them: a paragraph of points for each row, some with figures of the tables."""
    profile = load_profile("hunan-hengyang-2023")
    lines = [
        "2023年度某局部门整体支出绩效自评报告",
        "六、部门整体支出绩效情况",
        "（三）预算执行10分",
        "1.预算完成率：2023年全年预算1203.5万元，2023年支出1203.5万元，执行率100%。满分2分，得分2分。",
        "2.支付进度：按进度支付。满分2分，得分2分。",
        "4.政府采购节资率：未超支。满分2分，得分2分。",
    ]
    earlier = earlier_report(read_report(made(tmp_path / "001_报告.docx", lines)), profile)
    filing = filings(profile.id)[0]
    own = own_for(earlier, write_report(filing, profile, "整体"))
    texts = [paragraph.text for paragraph in write_report(filing, profile, "整体", own).paragraphs]
    first = texts.index("（三）预算执行10分")
    assert texts[first + 1].startswith("1.预算完成率：")
    assert texts[first + 2] == "2.支付进度：按进度支付。满分2分，得分2分。"
    assert texts[first + 3].startswith("3.“三公经费”控制率：")
    assert texts[first + 4] == "4.政府采购节资率：未超支。满分2分，得分2分。"
    assert "满分2分，得分2分。" not in texts


def test_what_a_unit_says_of_a_budget_it_has_not_is_said_once(tmp_path):
    lines = [
        f"2024年度{UNIT}整体支出绩效自评报告",
        "三、政府性基金预算支出情况",
        "区政府办无此项支出。",
    ]
    earlier = earlier_report(read_report(made(tmp_path / "001_报告.docx", lines)), PROFILE)
    filing = filings(PROFILE.id)[0]
    own = own_for(earlier, write_report(filing, PROFILE, "整体"))
    texts = [paragraph.text for paragraph in write_report(filing, PROFILE, "整体", own).paragraphs]
    at = texts.index("三、政府性基金预算支出情况")
    assert texts[at + 1 : at + 3] == ["区政府办无此项支出。", "四、国有资本经营预算支出情况"]
