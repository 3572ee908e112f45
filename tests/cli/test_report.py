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
