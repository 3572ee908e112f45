"""What a check found about a file → whether it is dangerous; such a file is not passed on by any job."""

from collections.abc import Iterable

from xlperf.declarations.codes import builtin_codes, finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.source import texts_of


def dangers(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The codes among ``findings`` that say that a file is dangerous, as schemas/received.json lists them."""
    dangerous = texts_of("received")["dangerous"]
    return tuple(sorted({found.code for found in findings if found.code in dangerous}))


def not_passed_on(code: str, path: str, codes: Iterable[str]) -> Finding:
    """The finding ``code``: nothing was made of the file at ``path`` because of its dangers ``codes``."""
    names = "、".join(f"{danger} {builtin_codes()[danger].name}" for danger in codes)
    return finding(code, Location(path), names=names)
