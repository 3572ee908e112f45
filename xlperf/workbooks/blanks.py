"""Profiles to blank workbook files; run as a module it regenerates the committed ones."""

from pathlib import Path

from xlperf.core.files import atomic_write
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.records import Filing, Record
from xlperf.workbooks.workbook_writer import WorkbookWriter


def new_bytes(profile: Profile, *, plain: bool = False, projects: int = 1, functions: bool = False) -> bytes:
    """The blank workbook file of ``profile``, formula cells with the values of an empty form.

    It is a working copy (with ``functions`` one that the add-in's functions check as well), or a
    ``plain`` one of the official sheets only; the repeated form has ``projects`` sheets. The same
    declarations give the same bytes.
    """
    records = [
        Record(form.alias, form.sheet_name(index))
        for form in profile.forms.values()
        for index in range(projects if form.repeated else 1)
    ]
    return WorkbookWriter(profile, working=not plain, functions=functions).workbook(
        Filing("", "", profile.id, records)
    )


def new(
    profile_id: str,
    path: str | Path,
    *,
    plain: bool = False,
    projects: int = 1,
    functions: bool = False,
) -> None:
    """Write the blank workbook of a profile, as ``new_bytes`` has it.

    Raises InputError for an unknown profile, OutputError.
    """
    profile = load_profile(profile_id)
    atomic_write(path, new_bytes(profile, plain=plain, projects=projects, functions=functions))


def main() -> None:
    """Write ``workbooks/<profile>.xlsx`` for every profile."""
    for name in profile_ids():
        new(name, workbooks_dir() / f"{name}.xlsx")


if __name__ == "__main__":
    main()
