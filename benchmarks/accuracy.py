"""Folders of received files, what each says in a file next to it (x.docx.json) → right, wrong, missing.

    python benchmarks/accuracy.py FOLDER…  [--show]

Every field and every cell of every indicator row is one value, by format of file and in all.
"missing": a value that was not read; "wrong": read as another, or read where there is nothing.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlperf.ooxml.received_bytes import Refused
from xlperf.outputs.machine_reports import export_file

KINDS = ("right", "wrong", "missing")
PLACES = ("cells", "target_parts")
Values = dict[str, Any]


def values(content: dict[str, Any]) -> Values:
    """Every value of a file by its path: report, fields, notes and indicator cells."""
    found: Values = {f"report/{name}": value for name, value in content["report"].items()}
    seen: Counter[str] = Counter()
    for form in content["forms"]:
        seen[form["kind"]] += 1
        prefix = f"{form['kind']}{seen[form['kind']]}"
        found[f"{prefix}/sheet"] = form.get("sheet")
        found |= {f"{prefix}/{path}": value for path, value in form["fields"].items()}
        found |= {f"{prefix}/notes/{path}": value for path, value in form["notes"].items()}
        for index, row in enumerate(form["indicators"], 1):
            said = {name: value for name, value in row.items() if name not in PLACES}
            found |= {f"{prefix}/{index}/{name}": value for name, value in said.items()}
    return found


def compared(expected: Values, got: Values) -> Iterator[tuple[str, str]]:
    """(path, one of KINDS) of every value of either side; null on both sides is right."""
    for path in {**expected, **got}:
        right, read = expected.get(path), got.get(path)
        if right == read:
            yield path, "right"
        else:
            yield path, "missing" if read is None else "wrong"


def read(path: Path) -> Values:
    try:
        return values(export_file(path))
    except Refused as refused:
        print(f"{path}: {refused.finding.code} {refused.finding.message}")
        return {}


def main(folders: list[str], show: bool) -> int:
    totals: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for answer in sorted(file for folder in folders for file in Path(folder).rglob("*.json")):
        source = answer.with_suffix("")
        if not source.exists():
            continue
        expected, got = values(json.loads(answer.read_text("utf-8"))), read(source)
        for path, kind in compared(expected, got):
            totals[source.suffix][kind] += 1
            totals["all"][kind] += 1
            if show and kind != "right":
                print(f"{source.name} {kind} {path}: {got.get(path)!r}, expected {expected.get(path)!r}")
    for suffix, counts in sorted(totals.items(), key=lambda entry: entry[0] == "all"):
        print(f"{suffix:6}", "  ".join(f"{kind} {counts[kind]}" for kind in KINDS))
    return 1 if totals["all"]["wrong"] or totals["all"]["missing"] else 0


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--show"]
    sys.exit(main(arguments, "--show" in sys.argv))
