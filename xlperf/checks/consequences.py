"""The findings of a file or a package → those that follow from others under them, a sheet's template on one
line.

What may follow from what is declared in schemas/consequences.json; it does only where it is shown to.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from xlperf.checks.context import CheckContext
from xlperf.checks.folding import MOST_PAIRS, Copies, Folder
from xlperf.checks.proofs import PROOFS, TOGETHER
from xlperf.declarations.codes import followings, sheet_groups
from xlperf.declarations.findings import Finding, Link
from xlperf.declarations.forms_and_rules import Profile


def folded(
    findings: Sequence[Finding],
    contexts: Iterable[CheckContext],
    copies: Copies | None = None,
    profile: Profile | None = None,
) -> list[Finding]:
    """``findings``, all of the files of ``contexts``, with those that follow from others under them.

    ``copies`` says which files have the same form or report; ``profile`` is that of the package.
    """
    if len(findings) < 2:
        return [*findings]
    folder = Folder(findings, contexts, copies, profile)
    for following in followings():
        causes = folder.open(following.cause)
        explained = set(causes)
        others = [number for number in folder.open(following.of) if number not in explained]
        if following.by not in TOGETHER and len(causes) * len(others) > MOST_PAIRS:
            continue
        if causes and others and following.by in PROOFS:
            PROOFS[following.by](folder, following, causes, others)
    for group in sheet_groups():
        _on_one_line(folder, group)
    return folder.folded()


def _on_one_line(folder: Folder, codes: frozenset[str]) -> None:
    sheets: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in folder.open(("",)):
        found = folder.findings[number]
        if found.code in codes and found.location.sheet:
            sheets[found.location.file, found.location.sheet].append(number)
    for numbers in sheets.values():
        first = min(numbers, key=lambda number: folder.findings[number].severity.rank)
        folder.follow(first, numbers, Link.SHEET)
