"""The results of one package → the same with a fault that several files have listed once, with its places.

Where a form that is in two files reads differently, what only one of them gives follows from that.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from xlperf.checks.file_check import FileResult
from xlperf.checks.finding_grounds import about_form, figure
from xlperf.declarations.finding_links import By, followings, in_one_file_only
from xlperf.declarations.findings import Finding, Link, fold
from xlperf.declarations.model import Profile

_Key = tuple[str, ...]


def fold_package(
    results: Sequence[FileResult], lead: Sequence[str], profile: Profile | None
) -> list[FileResult]:
    """The results of the files of a package with each fault once.

    It is listed with the first file of ``lead`` that has it. ``profile`` is that of the package.
    """
    order = {path: number for number, path in enumerate(lead)}
    found = [finding for result in results for finding in result.findings]
    found.sort(key=lambda finding: order.get(finding.location.file, -1))
    merged = _merged(found)
    for following in followings():
        if following.by is By.READING:
            merged = _of_differing_forms(merged, following.cause, following.of)
        elif following.by is By.FORM and profile is not None:
            merged = _of_missing_forms(merged, following.cause, following.of, profile)
    homes = {result.file.path for result in results}
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in merged:
        path = finding.location.file
        by_file[path if path in homes else results[0].file.path].append(finding)
    return [replace(result, findings=by_file[result.file.path]) for result in results]


def _key(finding: Finding) -> _Key:
    """What is the same of a fault in whatever file it is."""
    place = finding.location
    about = finding.code, place.form, place.item, place.field or place.label, place.row_key
    return *about, _plain(finding.value), _plain(finding.expected), "" if place.form else finding.message


def _plain(text: str) -> str:
    number = figure(text)
    return "".join(text.split()) if number is None else f"{number:.10g}"


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Each fault once, with the same one of other files under it."""
    merged: dict[_Key, Finding] = {}
    rest: list[Finding] = []
    for finding in findings:
        key = _key(finding)
        first = merged.get(key)
        if finding.code.startswith(in_one_file_only()):
            rest.append(finding)
        elif first is None:
            merged[key] = finding
        elif finding.location.file in {other.location.file for other in (first, *first.linked(Link.PLACE))}:
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


def _of_differing_forms(
    findings: Sequence[Finding], cause: tuple[str, ...], codes: tuple[str, ...]
) -> list[Finding]:
    """What only one of two differing copies of a form gives is listed under the finding that they differ."""
    cause_of = {_form(finding): finding for finding in findings if finding.code.startswith(cause)}
    under: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    left = []
    for finding in findings:
        alone = finding.code.startswith(codes) and not any(finding.linked(Link.PLACE))
        if alone and _form(finding) in cause_of:
            under[_form(finding)].append(finding)
        else:
            left.append(finding)
    return [_under(finding, under[_form(finding)], cause_of) for finding in left]


def _under(finding: Finding, others: Sequence[Finding], cause_of: dict[tuple[str, str], Finding]) -> Finding:
    is_cause = cause_of.get(_form(finding)) is finding
    return fold(finding, others, Link.CONSEQUENCE) if is_cause and others else finding


def _form(finding: Finding) -> tuple[str, str]:
    return finding.location.form, finding.location.item


def _of_missing_forms(
    findings: Sequence[Finding], cause: tuple[str, ...], codes: tuple[str, ...], profile: Profile
) -> list[Finding]:
    left = [*findings]
    for missing in [finding for finding in left if finding.code.startswith(cause)]:
        others = [
            finding
            for finding in left
            if finding.code.startswith(codes) and about_form(finding, missing, profile)
        ]
        if others:
            left = [
                fold(finding, others, Link.CONSEQUENCE) if finding is missing else finding
                for finding in left
                if not any(finding is other for other in others)
            ]
    return left
