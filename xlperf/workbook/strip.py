"""Filled workbooks to upload copies: the official attachments as issued, values instead of formulas.

The received files are only read. Each copy is written whole or not at all.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

from xlperf.checks import check_file
from xlperf.checks.gather import gather
from xlperf.codes import finding
from xlperf.errors import InputError, OutputError
from xlperf.files import atomic_write, ensure_writable_dir
from xlperf.findings import Finding, Location
from xlperf.receive import read_filing
from xlperf.receive.content import Refused
from xlperf.receive.open import open_package
from xlperf.receive.reader import Facts
from xlperf.workbook.names import HELPER_MARK
from xlperf.workbook.upload import Place, UploadCopy

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class StripResult:
    """The copies written, in the order of their sources; what the check of the sources found and why
    some have no copy; those sources.
    """

    files: list[Path]
    findings: list[Finding]
    seconds: float
    skipped: list[Path]


def strip(
    paths: Iterable[str | Path],
    out_dir: str | Path,
    *,
    keep_formulas: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> StripResult:
    """Write the upload copy of every workbook under ``paths`` into the folder ``out_dir``.

    A workbook that cannot be stripped is left out with a finding; one in which the check finds
    errors is stripped all the same. Workbooks that already lie in ``out_dir`` are no sources when it
    is inside one of ``paths``. ``progress`` is called with the number of workbooks done and their
    total. Raises InputError for a path that does not exist, OutputError when a copy would replace
    its source or (without ``force``) another file; nothing is written then.
    """
    started = time.perf_counter()
    folder = Path(out_dir)
    sources = _sources([Path(path) for path in paths], folder)
    targets, findings = _targets(sources, folder)
    _refuse_overwriting(sources, list(targets.values()), folder, force)
    ensure_writable_dir(folder)
    for done, source in enumerate(sources, 1):
        if source in targets:
            data, found = _stripped(source, keep_formulas)
            findings += found
            if data:
                atomic_write(targets[source], data)
            else:
                del targets[source]
        if progress:
            progress(done, len(sources))
    skipped = [source for source in sources if source not in targets]
    return StripResult(list(targets.values()), findings, time.perf_counter() - started, skipped)


def _sources(paths: Sequence[Path], folder: Path) -> list[Path]:
    out = folder.resolve()
    roots = {path.resolve() for path in paths}
    if out in roots or not roots & set(out.parents):
        return gather(paths)
    sources = [path for path in gather(paths) if path.resolve() in roots or out not in path.resolve().parents]
    if not sources:
        raise InputError(f"除了输出文件夹“{folder}”，没有别的工作簿。")
    return sources


def _targets(sources: Sequence[Path], folder: Path) -> tuple[dict[Path, Path], list[Finding]]:
    """The copies of all sources whose names are their own, and a finding for each of the others."""
    sharing: dict[str, list[Path]] = defaultdict(list)
    for source in sources:
        sharing[source.stem.casefold()].append(source)
    targets = {}
    findings = []
    for source in sources:
        others = [str(other) for other in sharing[source.stem.casefold()] if other != source]
        if others:
            findings.append(finding("U103", Location(str(source)), others="、".join(others)))
        else:
            targets[source] = folder / f"{source.stem}.xlsx"
    return targets, findings


def _refuse_overwriting(sources: Sequence[Path], targets: Sequence[Path], folder: Path, force: bool) -> None:
    existing = [target for target in targets if target.exists()]
    inputs = {source.resolve() for source in sources}
    for target in existing:
        if target.resolve() in inputs:
            raise OutputError(f"上报稿会覆盖原文件“{target}”，没有改动任何文件。请用 -o 换一个文件夹。")
    if existing and not force:
        raise OutputError(
            f"文件夹“{folder}”里已有 {len(existing)} 个要写的文件，第一个是“{existing[0].name}”，"
            "没有改动任何文件。要覆盖请加 --force，或换一个文件夹。"
        )


def _stripped(source: Path, keep_formulas: bool) -> tuple[bytes, list[Finding]]:
    """The copy of one workbook (b"" when none can be made) and all findings about it."""
    outcome = check_file(source)
    facts = read_filing(source).facts if outcome.traits else None
    if facts is None:
        return b"", outcome.findings
    foreign = list(_foreign(facts))
    if foreign:
        names = "、".join(f"“{name}”" for name in foreign)
        found = finding("U102", Location(str(source), foreign[0]), sheets=names)
        return b"", [*outcome.findings, found]
    try:
        copy = UploadCopy(open_package(source), [one.sheet.name for one in facts.sheets])
    except Refused as refused:
        return b"", [*outcome.findings, refused.finding]
    except (ParseError, ValueError, IndexError):
        return b"", [*outcome.findings, finding("F106", Location(str(source)))]
    if places := copy.uncached():
        return b"", [*outcome.findings, _about("U101", source, places)]
    made = copy.finish(keep_formulas=keep_formulas)
    lost = [_about("U104", source, made.settled)] if made.settled else []
    return made.data, [*outcome.findings, *lost]


def _foreign(facts: Facts) -> Iterator[str]:
    """The sheets with content that are neither forms nor marked as ours."""
    for sheet in facts.unknown:
        if HELPER_MARK not in facts.book.names_on(sheet.name):
            yield sheet.name


def _about(code: str, source: Path, places: Sequence[Place]) -> Finding:
    return finding(code, Location(str(source), *places[0]), count=len(places))
