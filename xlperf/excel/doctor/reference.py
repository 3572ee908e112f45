"""All checks of a diagnosis as one Markdown page.

``python -m xlperf.excel.doctor.reference`` prints docs/诊断.md.
"""

import re
import sys
from collections.abc import Iterator

from xlperf.excel.doctor.declared import declared
from xlperf.excel.doctor.model import Standing

_GAP = re.compile(r"\{[^{}]*\}")
_HEAD = ["# 诊断", "", "由 `python -m xlperf.excel.doctor.reference` 生成，请勿手工修改。", ""]


def reference() -> str:
    """What ``xlperf doctor`` looks at, what it may find, and what to do then."""
    lines = [
        *_HEAD,
        "`xlperf doctor` 和功能区的“诊断”逐项看这些；只看，不改。“…”是当时的路径、版本之类。",
        "",
    ]
    for told in declared()["checks"].values():
        where = declared()["needs"][told.get("needs", "none")]
        lines += [
            f"## {told['title']}",
            "",
            f"在{where}上查。",
            "",
            "| 结论 | 查到 | 怎么办 |",
            "|---|---|---|",
        ]
        lines += [*_rows(told["cases"].values()), ""]
    return "\n".join(lines)


def _rows(cases: Iterator[dict[str, str]]) -> Iterator[str]:
    for case in cases:
        state = declared()["states"][Standing(case["state"])]
        found, cure = (_GAP.sub("…", case.get(part, "")).replace("|", "\\|") for part in ("found", "cure"))
        yield f"| {state} | {found} | {cure or '不用处理。'} |"


if __name__ == "__main__":
    sys.stdout.buffer.write(reference().encode())
