"""What Excel prints for a number in a format (checked by hand against the format's own rules)."""

import pytest

from xlperf.intake.shown import general, show_number, show_text

ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '
BRACKETS = "#,##0.00_);[Red]\\(#,##0.00\\)"


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (1234567.0, "#,##0", "1,234,567"),
        (0.055, "0.00", "0.06"),
        (0.5, ".00", ".50"),
        (0.3, "0.##", "0.3"),
        (7.0, "000", "007"),
        (20241231.0, "0000-00-00", "2024-12-31"),
        (0.9849, "0.00%", "98.49%"),
        (-198.68, "0.00", "-198.68"),
        (-198.68, BRACKETS, "(198.68)"),
        (198.68, BRACKETS, "198.68"),
        (-5.0, "0.00;0.00", "5.00"),
        (0.0, ACCOUNTING, "-"),
        (12345.6, ACCOUNTING, "12,345.60"),
        (0.0, "0.00;-0.00;;@", ""),
        (5.0, ";;;", ""),
        (5.0, "[>=100]0.0;[<100]0.00", "5.00"),
        (12.3, '0.00"万元"', "12.30万元"),
        (5.0, '"第"0"号"', "第5号"),
        (1.5, "[$¥-804]#,##0.00", "¥1.50"),
        (12345.0, "0!.0,", "1.2"),
        (12345678.0, "#,##0.00,", "12,345.68"),
        (0.5, "# ?/?", "1/2"),
        (1.25, "# ??/??", "1 1/4"),
        (12345.0, "0.00E+00", "1.23E+04"),
        (123.0, "[DBNum1]General", "一百二十三"),
        (10502.0, "[DBNum1]General", "一万零五百零二"),
        (12.0, "[DBNum2][$-804]General", "壹拾贰"),
        (3.0, 'G/通用格式"人"', "3人"),
        (5.0, "@", "5"),
    ],
)
def test_numbers(value, code, text):
    assert show_number(value, code).text == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ('yyyy"年"m"月"d"日"', "2024年12月31日"),
        ("yyyy年m月d日;@", "2024年12月31日"),
        ('[DBNum1][$-804]yyyy"年"m"月"d"日";@', "二〇二四年十二月三十一日"),
        ("yyyy/m/d;@", "2024/12/31"),
        ("yyyy-mm-dd hh:mm", "2024-12-31 18:05"),
        ("h:mm AM/PM", "6:05 PM"),
        ('上午/下午h"时"mm"分"', "下午6时05分"),
        ("mmm-yy", "Dec-24"),
        ("m.d", "12.31"),
        ("aaaa", "星期二"),
        ("aaa", "二"),
    ],
)
def test_dates(code, text):
    shown = show_number(45657 + (18 * 60 + 5) / 1440, code)
    assert (shown.text, shown.is_date) == (text, True)


def test_dates_from_1904():
    assert show_number(44195.0, "yyyy-mm-dd", from_1904=True).text == "2024-12-31"


def test_elapsed_hours():
    assert show_number(1.5, "[h]:mm").text == "36:00"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (5.0, "5"),
        (0.0, "0"),
        (-0.5, "-0.5"),
        (123456789012.0, "123456789012"),
        (1e17, "1E+17"),
    ],
)
def test_general(value, text):
    assert general(value) == text == show_number(value, "General").text


def test_texts():
    assert show_text("甲", '0;0;0;"前"@') == "前甲"
    assert show_text("甲", "0.00") == "甲"
    assert show_text("甲", '0;-0;;@"。"') == "甲。"


@pytest.mark.parametrize(
    "code", ['"' * 5000, "[" * 5000, "0" * 5000, "\\", "[DBNum1", ",", "0,,,,,,,,", "#/0", "e+", ""]
)
def test_odd_codes_show_something(code):
    show_number(-1.5, code)
    show_number(45657.25, code)
