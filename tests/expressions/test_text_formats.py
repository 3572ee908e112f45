"""TEXT: the number formats of the forms, expected values as Excel prints them."""

import pytest

from xlperf.expressions.functions.text_functions import text_format

SUNDAY = 45298.0  # 2024-01-07


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        ("0", 2.5, "3"),
        ("0", -0.4, "0"),
        ("0.00", 1.005, "1.01"),
        ("0.00", -1.005, "-1.01"),
        ("0.00", -0.001, "0.00"),
        ("0.00", 1e12, "1000000000000.00"),
        ("#,##0.00", 1234.565, "1,234.57"),
        ("#,##0.00", 0.5, "0.50"),
        ("#,##0.00", -1234567.0, "-1,234,567.00"),
        ("#,##0", 999.5, "1,000"),
        ("0.0%", 0.98485, "98.5%"),
        ("0.00%", 0.98485, "98.49%"),
        ("0%", 1.0, "100%"),
        ("0.##", 5.0, "5."),
        ("0.##", 5.1, "5.1"),
        ("0.##", 5.126, "5.13"),
        ("0.0#", 5.0, "5.0"),
        ("#.##", 0.5, ".5"),
        ("#", 0.0, ""),
        ("000", 7.0, "007"),
        ("0.00万元", 5.0, "5.00万元"),
        ('0.00"万元"', -5.0, "-5.00万元"),
        ('"共 "0" 项"', 3.0, "共 3 项"),
        ("(0)", -5.0, "-(5)"),
        ("yyyy-mm-dd", SUNDAY, "2024-01-07"),
        ("yyyy/m/d", SUNDAY, "2024/1/7"),
        ("yyyy年m月d日", SUNDAY, "2024年1月7日"),
        ("yyyymmdd", SUNDAY + 0.9, "20240107"),
        ('yyyy"年"mm"月"', SUNDAY, "2024年01月"),
        ("yy.m", SUNDAY, "24.1"),
        ("m月", 0.0, "1月"),
    ],
)
def test_print(form: str, value: float, text: str) -> None:
    write = text_format(form)
    assert write is not None
    assert write(value) == text


@pytest.mark.parametrize(
    "form", ["", "General", "@", "0;-0", "[红]0", "0,", "mmm", "hh:mm", "0.0.0", "yyyy0", "元", "e"]
)
def test_unsupported(form: str) -> None:
    assert text_format(form) is None
