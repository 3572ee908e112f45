"""schemas/doctor.json → the titles, findings and cures of a diagnosis."""

from collections.abc import Sequence
from functools import cache

from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import Json, read
from xlperf.excel.doctor.model import Answer, Result, Standing


@cache
def declared() -> Json:
    """The content of doctor.json; DeclarationError where it breaks its schema."""
    return read(schemas_dir() / "doctor.json", "doctor")


def result(name: str, answered: Answer) -> Result:
    """What a check answered, in words."""
    told = declared()["checks"][name]
    case = told["cases"][answered.case]
    found, cure = (case.get(part, "").format_map(answered.values) for part in ("found", "cure"))
    return Result(name, told["title"], Standing(case["state"]), found, cure)


def skipped(name: str, need: str) -> Result:
    """A check that makes no sense on this computer; ``need`` is what it would take."""
    return Result(name, declared()["checks"][name]["title"], Standing.SKIPPED, declared()["skipped"][need])


def failed(name: str, reason: str) -> Result:
    """A check that the system did not let finish."""
    found = declared()["failed"].format(reason=reason)
    return Result(name, declared()["checks"][name]["title"], Standing.NOTE, found)


def state_of(one: Result) -> str:
    """How a thing stands, in one word."""
    return str(declared()["states"][one.standing.value])


def summary(results: Sequence[Result]) -> str:
    """How many things were looked at, and how many are to be cured."""
    cures = sum(not one.ok for one in results)
    left = sum(one.standing is Standing.SKIPPED for one in results)
    told = declared()["summary"]["cure" if cures else "well"]
    return str(told.format(count=len(results) - left, cures=cures, skipped=left))
