"""A received file → the open package of a workbook that lies as .xlsx, for what needs no other kind."""

from collections.abc import Iterator
from pathlib import Path

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.intake.kinds import Opened, open_file
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.parts import WORKBOOK, Package, foreign_links
from xlperf.ooxml.received_bytes import refused

_STRICT = b"http://purl.oclc.org/ooxml/"
_OLD = "xls"


def open_package(path: str | Path, limits: Limits = LIMITS) -> Package:
    """Open ``path`` as an .xlsx package; raises Refused with the finding for anything else."""
    return xlsx_package(open_file(path, limits))


def xlsx_package(opened: Opened) -> Package:
    """The package of an open .xlsx; raises Refused with the finding for anything else."""
    package = workbook_package(opened)
    if package is None:
        code = "F102" if opened.kind.id == _OLD else "F107"
        raise refused(code, opened.path, kind=opened.kind.name)
    return package


def workbook_package(opened: Opened) -> Package | None:
    """The package of an .xlsx with what is unusual about it noted; None for every other kind."""
    package = opened.package
    if package is None or WORKBOOK not in package.parts:
        return None
    package.findings = [*_noticed(package), *opened.noticed()]
    return package


def _noticed(package: Package) -> Iterator[Finding]:
    place, names = Location(file=package.path), package.parts
    if any(name.endswith("vbaProject.bin") for name in names):
        yield finding("F120", place)
    if foreign_links(package):
        yield finding("F121", place)
    if any(name.startswith("xl/embeddings/") for name in names):
        yield finding("F122", place)
    if any(b"<ddeLink" in package.part(name) for name in names if name.startswith("xl/externalLinks/e")):
        yield finding("F127", place)
    if _STRICT in package.part(WORKBOOK):
        yield finding("F125", place)
