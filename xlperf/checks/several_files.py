"""The results of one package → the same with a fault that several files have listed once, with its places.

What follows from a fault in another file of the package is listed under it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from xlperf.checks.consequences import figure, folded
from xlperf.checks.context import CheckContext
from xlperf.checks.file_check import FileResult
from xlperf.checks.package_copies import PackageCopies
from xlperf.declarations.codes import in_one_file_only
from xlperf.declarations.findings import Finding, Link
from xlperf.declarations.forms_and_rules import Profile

_Key = tuple[str, ...]


def fold_package(
    results: Sequence[FileResult],
    lead: Sequence[str],
    contexts: Iterable[CheckContext],
    copies: PackageCopies,
    profile: Profile | None,
) -> list[FileResult]:
    """The results of the files of a package with each fault once.

    It is listed with the first file of ``lead`` that has it. ``contexts`` are the files that were checked
    with regard to each other, ``copies`` what several of them have, ``profile`` is that of the package.
    """
    order = {path: number for number, path in enumerate(lead)}
    found = [finding for result in results for finding in result.findings]
    found.sort(key=lambda finding: order.get(finding.location.file, -1))
    homes = {result.file.path for result in results}
    by_file: dict[str, list[Finding]] = defaultdict(list)
    merged = _merged(found, {path: group[0] for group in copies.groups for path in group})
    for finding in folded(merged, contexts, copies.homes, profile):
        path = finding.location.file
        by_file[path if path in homes else results[0].file.path].append(finding)
    return [replace(result, findings=by_file[result.file.path]) for result in results]


def _key(finding: Finding) -> _Key:
    """What is the same of a fault in whatever file it is."""
    place = finding.location
    about = (
        finding.code,
        place.unit_code,
        place.unit_name,
        place.form,
        place.item,
        place.field or place.label,
        place.row_key,
    )
    return *about, _plain(finding.value), _plain(finding.expected), "" if place.form else finding.message


def _plain(text: str) -> str:
    number = figure(text)
    return "".join(text.split()) if number is None else f"{number:.10g}"


def _merged(findings: Iterable[Finding], alike: Mapping[str, str]) -> list[Finding]:
    """Each fault once, with the same one of other files under it.

    ``alike`` has the first of the files that hold the same: what is about these files is the same too.
    """
    merged: dict[_Key, Finding] = {}
    rest: list[Finding] = []
    for finding in findings:
        path = finding.location.file
        is_of_file = finding.code.startswith(in_one_file_only())
        key = (alike.get(path, path) if is_of_file else "", *_key(finding))
        first = merged.get(key)
        if is_of_file and path not in alike:
            rest.append(finding)
        elif first is None:
            merged[key] = finding
        elif path in {other.location.file for other in (first, *first.linked(Link.PLACE))}:
            rest.append(finding)
        else:
            merged[key] = _with_place(first, finding)
    return [*merged.values(), *rest]


def _with_place(first: Finding, other: Finding) -> Finding:
    """``first`` with ``other``, the same fault in another file; what follows from both is listed once."""
    known = {_key(finding): finding for finding in first.folded}
    added = [replace(other.with_folded(()), link=Link.PLACE)]
    added += [
        replace(finding, link=Link.PLACE) if _key(finding) in known else finding for finding in other.folded
    ]
    return first.with_folded([*first.folded, *added])
