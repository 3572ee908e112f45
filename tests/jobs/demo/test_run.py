"""The demo from end to end, small, twice, and in folders that are not its own."""

import pytest

from xlperf.core.errors import OutputError
from xlperf.jobs.demo.run import PROBLEM_LIST, run


def test_a_district_too_small_to_spoil_anything(tmp_path):
    result = run(tmp_path / "示例", 1)
    assert result.spoilt == []
    assert [path.name for path in result.filled.files] == ["001_岳阳市君山区人民政府办公室.xlsx"]
    assert (tmp_path / "示例" / PROBLEM_LIST).is_file()
    assert result.working.name == result.filled.files[0].name
    assert result.working.stat().st_size > result.filled.files[0].stat().st_size


def test_a_second_smaller_run_does_not_check_what_the_first_one_left(tmp_path):
    first = run(tmp_path / "示例", 14)
    assert len(first.spoilt) == 1
    assert len(first.report.files) == 14
    second = run(tmp_path / "示例", 2)
    assert len(second.report.files) == 2


def test_a_folder_with_other_things_stays_as_it_is(tmp_path):
    mine = tmp_path / PROBLEM_LIST
    mine.write_bytes(b"mine")
    with pytest.raises(OutputError, match="已有别的文件"):
        run(tmp_path, 1)
    assert list(tmp_path.iterdir()) == [mine]
    assert mine.read_bytes() == b"mine"
