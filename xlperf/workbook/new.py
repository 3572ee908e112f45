"""Profiles to blank workbook files; run as a module it regenerates the committed ones."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.writer.excel import ExcelWriter

from xlperf.files import atomic_write
from xlperf.forms import load_profile, profile_ids
from xlperf.forms.model import Profile
from xlperf.paths import workbooks_dir
from xlperf.workbook.build import build_blank
from xlperf.workbook.package import assemble, lasting_part, read_package


def blank_bytes(profile: Profile) -> bytes:
    """The blank workbook file of ``profile``: the same declarations give the same bytes."""
    stream = BytesIO()
    ExcelWriter(build_blank(profile), ZipFile(stream, "w", ZIP_DEFLATED)).save()
    members = read_package(stream.getvalue())
    return assemble([lasting_part(name, content) for name, content in members.items()])


def new(profile_id: str, path: str | Path) -> None:
    """Write the blank workbook of a profile; raises InputError for an unknown one, OutputError."""
    atomic_write(path, blank_bytes(load_profile(profile_id)))


def main() -> None:
    """Write ``workbooks/<profile>.xlsx`` for every profile."""
    for name in profile_ids():
        new(name, workbooks_dir() / f"{name}.xlsx")


if __name__ == "__main__":
    main()
