"""Files → the page's findings and copies next to those of the command line: where do they differ?

``python -m tests.server.page.corpus FOLDER…`` prints each difference; 1 where there is any. A folder is
searched for files; each is checked by itself. Takes some minutes: not a part of the tests.
"""

import argparse
import contextlib
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import xlperf
from tests.received.copies import KINDS
from tests.server.page.browser import chromium
from tests.server.page.self_check import ENGINE, SelfCheck
from xlperf.intake import recompute
from xlperf.jobs import worker_process
from xlperf.jobs.annotate import annotate
from xlperf.jobs.demo.run import run
from xlperf.server.page.build import build
from xlperf.server.page.shown_report import shown_report

SUFFIXES = {".xlsx", ".xls", ".et", ".docx", ".zip", ".xlsm", ".ods"}


CONVERTED = {".xls", ".et", ".ods"}
"""What LibreOffice converts before it is annotated, which a browser has not."""


def expected(path: Path) -> tuple[dict, bytes]:
    """What the command line finds in a file, and its annotated copy, b"" where there is none."""
    with contextlib.chdir(path.parent), tempfile.TemporaryDirectory() as out:
        report = xlperf.check([path.name])
        made = annotate(report, out)
        return dict(shown_report(report)), made.files[0].read_bytes() if len(made.files) == 1 else b""


def differences(shown: dict, page: SelfCheck, path: Path) -> Iterator[str]:
    """What is not the same on the page, which shows ``shown``: a line for each finding."""
    report, copy = expected(path)
    theirs, ours = _lines(shown), _lines(report)
    yield from (f"page only: {line}" for line in theirs if line not in ours)
    yield from (f"command line only: {line}" for line in ours if line not in theirs)
    if theirs == ours and shown.get("verdict") != report["verdict"]:
        yield f"verdict: {shown.get('verdict')}"
    if report["groups"] and theirs == ours and path.suffix.lower() not in CONVERTED | {".zip"}:
        name, data = page.make("annotated")
        if (data if name else b"") != copy:
            yield f"annotated copy: {len(copy)} bytes, on the page {len(data)}"


def compared(page: SelfCheck, path: Path) -> tuple[str, list[str]]:
    """``equal``, ``formulas`` where only what a browser does not recompute differs, or ``differs``."""
    shown = page.check([path])
    found = [*differences(shown, page, path)]
    if not found:
        return "equal", []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recompute, "_has_engine", lambda: False)
        patch.setattr(worker_process, "can_fork", lambda: True)
        return ("differs", found) if [*differences(shown, page, path)] else ("formulas", [])


def _lines(report: dict) -> list[str]:
    keys = (
        "grade",
        "code",
        "file",
        "sheet",
        "cell",
        "subject",
        "message",
        "value",
        "expected",
        "basis",
        "fix",
    )
    found = [finding for group in report.get("groups", ()) for finding in group["findings"]]
    return sorted(" | ".join([*(finding[key] for key in keys), str(finding["under"])]) for finding in found)


def files_in(folder: Path) -> list[Path]:
    """The files to compare, in a steady order."""
    found = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    return [path for path in found if path.suffix.lower() in SUFFIXES and path.is_file()]


def made(folder: Path) -> None:
    """Write the cases of tests/received and what the demo receives into ``folder``."""
    for name, kind in KINDS.items():
        built = kind()
        content, file = built if isinstance(built, tuple) else (built, f"{name}.xlsx")
        (folder / name).mkdir()
        (folder / name / Path(file).name).write_bytes(content)
    run(folder / "demo", units=60)


def main() -> int:
    """Compare; print what differs and how long a file took on the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--made", action="store_true", help="the cases of tests/received and the demo, too")
    given = parser.parse_args()
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder) / "browser") as browser:
        if given.made:
            (Path(folder) / "made").mkdir()
            made(Path(folder) / "made")
            given.folders.append(Path(folder) / "made")
        files = [path for place in given.folders for path in files_in(place.resolve())]
        build(Path(folder) / "page.html", engine=ENGINE)
        page = SelfCheck(browser, Path(folder) / "page.html")
        for path in files:
            started = time.perf_counter()
            outcome, found = compared(page, path)
            outcomes[outcome] += 1
            line = f"{outcome:8} {time.perf_counter() - started:5.1f} s  {os.path.relpath(path)}"
            print(line, *found, sep="\n    ", flush=True)
        problems = [*browser.requests, *browser.errors]
    print(f"{len(files)} files: {dict(outcomes)}; outside requests and errors: {problems}")
    return int(bool(outcomes["differs"] or problems))


if __name__ == "__main__":
    sys.exit(main())
