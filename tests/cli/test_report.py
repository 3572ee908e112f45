"""The command line of reports."""


def test_a_report_for_each_unit_that_filed(xlperf, inbox, tmp_path):
    ended = xlperf("report", "收到", "-o", "报告")
    assert ended.status == 0
    assert "已写好 1 个文件" in ended.err
    assert [path.suffix for path in (tmp_path / "报告").iterdir()] == [".docx"]


def test_the_check_asks_for_what_is_left_to_write(xlperf, inbox):
    assert xlperf("report", "收到", "-o", "报告").status == 0
    assert "请填写" in xlperf("check", "报告").out


def test_a_template_that_is_none(xlperf, inbox, tmp_path):
    (tmp_path / "样本.docx").write_bytes(b"PK")
    ended = xlperf("report", "收到", "-o", "报告", "--template", "样本.docx")
    assert ended.status == 2
    assert "报告的样本“样本.docx”用不了" in ended.err


def test_an_output_is_needed(xlperf, inbox):
    assert xlperf("report", "收到").status == 2


def test_the_report_of_the_bureau(xlperf, inbox, tmp_path):
    ended = xlperf("report", "收到", "-o", "全区", "--summary")
    assert ended.status == 0
    assert "全区 1 家单位" in ended.err
    assert [path.suffix for path in (tmp_path / "全区").iterdir()] == [".docx"]


def test_options_that_do_not_go_together(xlperf, inbox):
    assert "不能同 --from" in xlperf("report", "收到", "-o", "全区", "--summary", "--pdf").err
    assert "要同 --summary 一起用" in xlperf("report", "收到", "-o", "报告", "--ledger", "台账.xlsx").err
