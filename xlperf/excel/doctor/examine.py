"""All checks of a computer, in the order of doctor.json → their results in words, a summary, the page of all.

``python -m xlperf.excel.doctor.examine`` prints docs/诊断.md.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlperf.core.errors import XlperfError
from xlperf.excel.doctor import addin_checks, computer_checks
from xlperf.excel.doctor.check_model import CHECKS, CheckAnswer, Examined, Result, Standing, doctor_texts
from xlperf.excel.installation.addin_file import text
from xlperf.excel.installation.computer import Machine, this_machine
from xlperf.excel.installation.install import require_windows
from xlperf.excel.installation.status import facts

MODULES = (computer_checks, addin_checks)
"""The modules whose functions are checks."""


def examine(machine: Machine | None = None) -> list[Result]:
    """Examine ``machine`` (None: this one), one Result for each check; nothing is changed on it.

    A check that the system does not let finish is a note with the reason, never an error.
    """
    examined = Examined(machine or this_machine())
    return [_result(examined, name) for name in doctor_texts()["checks"]]


def state_of(result: Result) -> str:
    """The outcome of a check in one word."""
    return str(doctor_texts()["states"][result.standing.value])


def summary(results: Sequence[Result]) -> str:
    """How many things were examined, and for how many something is to be done."""
    actions = sum(not result.ok for result in results)
    skipped = sum(result.standing is Standing.SKIPPED for result in results)
    sentence = doctor_texts()["summary"]["cure" if actions else "well"]
    return str(sentence.format(count=len(results) - skipped, cures=actions, skipped=skipped))


@dataclass(frozen=True, slots=True)
class AddinStatus:
    """``ok``: the add-in is installed and complete, and nothing keeps Excel from loading it."""

    ok: bool
    lines: Sequence[str]


_PYTHON = "environment"
_OF_STATUS = ("blocked", "listed", "disabled", _PYTHON, "versions", "dll")


def addin_status(machine: Machine) -> AddinStatus:
    """What of the add-in is where, and what keeps it from working; InputError on any system but Windows."""
    require_windows(machine)
    examined = Examined(machine)
    faults = list(_faults(examined))
    lines = [*facts(examined.addin), *(text("fault", what=fault) for fault in faults)]
    return AddinStatus(not faults, [*lines, text("faulty" if faults else "well")])


def _faults(examined: Examined) -> Iterator[str]:
    if not examined.addin.excels:
        yield text("no_excel")
    if examined.addin.addin is None:
        yield text("fault_addin")
        return
    for name in _OF_STATUS:
        result = _result(examined, name)
        if not result.ok:
            yield text("fault_of", title=result.title, found=result.found, cure=result.cure)
            if name == _PYTHON:
                return


def _result(examined: Examined, name: str) -> Result:
    declared, title = doctor_texts(), doctor_texts()["checks"][name]["title"]
    try:
        missing = _missing(examined, declared["checks"][name].get("needs", ""))
        if missing:
            return Result(name, title, Standing.SKIPPED, declared["skipped"][missing])
        return _in_words(name, title, CHECKS[name](examined))
    except OSError as error:
        reason = error.strerror or str(error)
    except XlperfError as error:
        reason = str(error)
    return Result(name, title, Standing.NOTE, declared["failed"].format(reason=reason))


def _in_words(name: str, title: str, answer: CheckAnswer) -> Result:
    case = doctor_texts()["checks"][name]["cases"][answer.case]
    found, cure = (case.get(part, "").format_map(answer.values) for part in ("found", "cure"))
    return Result(name, title, Standing(case["state"]), found, cure)


def _missing(examined: Examined, need: str) -> str:
    """What a check needs and this computer does not have, else nothing; every need includes Windows."""
    if not need or (examined.on_windows and need == "windows"):
        return ""
    if not examined.on_windows:
        return "windows"
    found = examined.addin.excels if need == "excel" else examined.addin.addin
    return "" if found else need


_GAP = re.compile(r"\{[^{}]*\}")
_INTRODUCTION = ["# 诊断", "", "由 `python -m xlperf.excel.doctor.examine` 生成，请勿手工修改。", ""]


def diagnosis_page() -> str:
    """What ``xlperf doctor`` examines, what it may find, and what to do then."""
    lines = [
        *_INTRODUCTION,
        "`xlperf doctor` 和功能区的“诊断”逐项看这些；只看，不改。“…”是当时的路径、版本之类。",
        "",
    ]
    for check in doctor_texts()["checks"].values():
        where = doctor_texts()["needs"][check.get("needs", "none")]
        lines += [
            f"## {check['title']}",
            "",
            f"在{where}上查。",
            "",
            "| 结论 | 查到 | 怎么办 |",
            "|---|---|---|",
        ]
        lines += [*_rows(check["cases"].values()), ""]
    return "\n".join(lines)


def _rows(cases: Iterator[dict[str, str]]) -> Iterator[str]:
    for case in cases:
        state = doctor_texts()["states"][Standing(case["state"])]
        found, cure = (_GAP.sub("…", case.get(part, "")).replace("|", "\\|") for part in ("found", "cure"))
        yield f"| {state} | {found} | {cure or '不用处理。'} |"


if __name__ == "__main__":
    sys.stdout.buffer.write(diagnosis_page().encode())
