"""Number formats → printed decimals."""

import pytest

from xlperf.ooxml.styles import Format, cell_formats, read_format


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("General", None),
        ("@", None),
        ("0", 0),
        ("0.00", 2),
        ("#,##0.00", 2),
        ("#,##0.00_);[Red]\\(#,##0.00\\)", 2),
        ("0.00%", 4),
        ("0%", 2),
        ("0.0%", 3),
        ('0.00"万元"', 2),
        ("¥#,##0.0", 1),
        ("_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \\-??_ ;_ @_ ", 2),
        ("[$-804]0.000", 3),
        ("0.00E+00", None),
        ("# ?/?", None),
    ],
)
def test_digits(code, digits):
    shown = read_format(code)
    assert (shown.digits, shown.percent, shown.date) == (digits, "%" in code, False)


@pytest.mark.parametrize("code", ["yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "[$-804]yyyy年m月d日;@", "m/d/yy h:mm"])
def test_dates(code):
    assert read_format(code).date


STYLES = b"""<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts count="1"><numFmt numFmtId="176" formatCode="0.00&quot;&#x4e07;&quot;"/></numFmts>
<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/>
<xf applyAlignment="1" numFmtId="176"><alignment/></xf><xf numFmtId="10"/><xf numFmtId="31"/></cellXfs>
</styleSheet>"""


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_styles_are_listed_by_number(prefix):
    content = STYLES.replace(b"</", b"\0").replace(b"<", b"<" + prefix.encode())
    content = content.replace(b"\0", b"</" + prefix.encode())
    assert cell_formats(content) == (
        Format(None, False, False),
        Format(2, False, False),
        Format(4, True, False),
        Format(None, False, True),
    )


def test_no_styles_part():
    assert cell_formats(b"") == ()


def test_the_code_of_a_format_is_kept():
    assert read_format('0.00"万元"').code == '0.00"万元"'
