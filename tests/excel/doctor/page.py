"""docs/诊断.md: what ``xlperf doctor`` examines, what it may find, and what to do then.

``python -m tests.excel.doctor.page`` prints it.
"""

import re
import sys
from collections.abc import Iterator

from xlperf.declarations.source import texts_of
from xlperf.excel.doctor.examination import Standing

_GAP = re.compile(r"\{[^{}]*\}")
_INTRODUCTION = ["# 诊断", "", "由 `python -m tests.excel.doctor.page` 生成，请勿手工修改。", ""]


def diagnosis_page() -> str:
    """What ``xlperf doctor`` examines, what it may find, and what to do then."""
    lines = [
        *_INTRODUCTION,
        "`xlperf doctor` 和功能区的“诊断”逐项看这些；只看，不改。“…”是当时的路径、版本之类。",
        "",
    ]
    for check in texts_of("doctor")["checks"].values():
        where = texts_of("doctor")["needs"][check.get("needs", "none")]
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
        state = texts_of("doctor")["states"][Standing(case["state"])]
        found, cure = (_GAP.sub("…", case.get(part, "")).replace("|", "\\|") for part in ("found", "cure"))
        yield f"| {state} | {found} | {cure or '不用处理。'} |"


if __name__ == "__main__":
    sys.stdout.buffer.write(diagnosis_page().encode())
