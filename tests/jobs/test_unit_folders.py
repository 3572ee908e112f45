"""Which folder a unit gets its files back in."""

from xlperf.declarations.checked_files import CheckedFile
from xlperf.jobs.unit_folders import unit_files


def test_no_two_units_have_one_folder_whatever_they_are_called():
    names = ["a局（2）", "A局", "a局", "a局（3）"]
    files = [CheckedFile(f"{number}/表.xlsx", "", name) for number, name in enumerate(names)]
    folders = [unit.folder for unit in unit_files(files)]
    assert folders[:2] == ["a局（2）", "A局"]
    assert len({folder.casefold() for folder in folders}) == len(folders)
