"""Received files → where their copies go: never onto a source, never silently onto another file."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from xlperf.core.errors import InputError, OutputError
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.jobs.sources import gather


def sources_beside(paths: Iterable[str | Path], folder: Path) -> list[Path]:
    """All files under ``paths``, without those that lie in the output ``folder`` inside one of them.

    Raises InputError for a path that does not exist, and when nothing is left.
    """
    given = [Path(path) for path in paths]
    out = folder.resolve()
    roots = {path.resolve() for path in given}
    if out in roots or not roots & set(out.parents):
        return gather(given)
    sources = [path for path in gather(given) if path.resolve() in roots or out not in path.resolve().parents]
    if not sources:
        raise InputError(f"除了输出文件夹“{folder}”，没有别的工作簿。")
    return sources


def targets_of(
    sources: Sequence[Path], folder: Path, name_of: Callable[[Path], str], code: str
) -> tuple[dict[Path, Path], list[Finding]]:
    """The copies of sources that give a name of their own, and a finding ``code`` for each of the others."""
    sharing: dict[str, list[Path]] = defaultdict(list)
    for source in sources:
        sharing[name_of(source).casefold()].append(source)
    targets = {}
    findings = []
    for source in sources:
        others = [str(other) for other in sharing[name_of(source).casefold()] if other != source]
        if others:
            findings.append(finding(code, Location(str(source)), others="、".join(others)))
        else:
            targets[source] = folder / name_of(source)
    return targets, findings


def refuse_overwriting(
    what: str, sources: Iterable[Path], targets: Iterable[Path], folder: Path, force: bool
) -> None:
    """Raise OutputError when a copy would replace a source or, without ``force``, any other file."""
    existing = [target for target in targets if target.exists()]
    inputs = {source.resolve() for source in sources}
    for target in existing:
        if target.resolve() in inputs:
            raise OutputError(f"{what}会覆盖原文件“{target}”，没有改动任何文件。请用 -o 换一个文件夹。")
    if existing and not force:
        raise OutputError(
            f"文件夹“{folder}”里已有 {len(existing)} 个要写的文件，第一个是“{existing[0].name}”，"
            "没有改动任何文件。要覆盖请加 --force，或换一个文件夹。"
        )
