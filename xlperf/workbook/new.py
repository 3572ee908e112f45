"""Profiles to blank workbook files; run as a module it regenerates the committed ones."""

from pathlib import Path

from xlperf.files import atomic_write
from xlperf.forms import load_profile, profile_ids
from xlperf.forms.model import Profile
from xlperf.paths import workbooks_dir
from xlperf.records import Filing
from xlperf.workbook.stamp import Stamper


def new_bytes(profile: Profile) -> bytes:
    """The blank workbook file of ``profile``, formula cells with the values of an empty form.

    The same declarations give the same bytes.
    """
    return Stamper(profile).stamp(Filing("", "", profile.id))


def new(profile_id: str, path: str | Path) -> None:
    """Write the blank workbook of a profile; raises InputError for an unknown one, OutputError."""
    atomic_write(path, new_bytes(load_profile(profile_id)))


def main() -> None:
    """Write ``workbooks/<profile>.xlsx`` for every profile."""
    for name in profile_ids():
        new(name, workbooks_dir() / f"{name}.xlsx")


if __name__ == "__main__":
    main()
