"""What came this year is compared with what was filed the year before."""

from tests.received import good as g
from xlperf.jobs.check import check


def test_what_cannot_be_read_of_last_year_is_named(tmp_path):
    """The unit may be in it: that last year has nothing of it is not all that is to be said."""
    this, last = tmp_path / "今年", tmp_path / "上年"
    for folder in (this, last):
        folder.mkdir()
    (this / g.file_name()).write_bytes(g.good())
    (last / g.file_name()).write_bytes(g.good()[:3000])
    found = check([this], last_year=[last]).findings
    assert "D918" in {finding.code for finding in found}
    assert str(last / g.file_name()) in {finding.location.file for finding in found if finding.code[0] == "F"}
