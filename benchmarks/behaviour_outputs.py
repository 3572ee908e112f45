"""What one run printed and wrote → a part of the record that is the same at every run of the same code.

Not the same, and therefore put in a fixed form: the folder of the run, lines of progress, seconds taken,
the version of xlperf, dates with a time of day (properties of the problem lists, written by openpyxl). A
package is the hashes of its parts and of their order; how they are compressed and the dates in its directory
do not count.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_PROGRESS = re.compile(r"^\S+ \d+/\d+（\d+ 秒(，约剩 \d+ 秒)?）$\n?", re.MULTILINE)
_FIXED = (
    (re.compile(r"(用时|&#29992;&#26102;) \d+(\.\d+)? (秒|&#31186;)"), "用时 … 秒"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?Z?"), "…"),
    (re.compile(r'("(?:semanticV|v)ersion": ?)"\d+\.\d+\.\d+[^"]*"'), r'\1"…"'),
    (re.compile(r"xlperf \d+\.\d+\.\d+"), "xlperf …"),
    (re.compile(r'(?<= )time="[\d.]+"'), 'time="…"'),
)
_TEXTS = frozenset((".json", ".html", ".sarif", ".xml", ".txt", ".csv"))
_PROPERTIES = "docProps/"
_TAKEN = ("用时 ".encode(), b"&#29992;&#26102; ")
_JOURNAL = ".journal"
"""What a check remembers for the next one: not what it puts out."""
_PLACE = ("severity", "code", "sheet", "cell", "item", "label")


def normalised(text: str, folder: Path) -> str:
    """``text`` without what differs between two runs of the same code in two folders."""
    text = _PROGRESS.sub("", text.replace(f"{folder}/", "").replace(str(folder), "."))
    for pattern, fixed in _FIXED:
        text = pattern.sub(fixed, text)
    return text


def listed(path: Path) -> Mapping[str, Any]:
    """The findings and the outcome of every file, from the problem list in JSON; one finding is one line."""
    report = json.loads(path.read_text("utf-8"))
    found: dict[str, Any] = {}
    for entry in report["files"]:
        found.setdefault(entry["file"], {"file": entry, "findings": []})
    for finding in report["findings"]:
        found.setdefault(finding["file"], {"file": {}, "findings": []})["findings"].append(finding)
    return found


def exported(printed: str) -> Mapping[str, Any] | None:
    """Each file's content from ``import --format json``, as path → value; None when it is no JSON."""
    try:
        read = json.loads(printed)
    except ValueError:
        return None
    files: dict[str, Any] = {}
    for number, content in enumerate(read if isinstance(read, list) else [read]):
        name = str(content.get("source", number))
        files[name if name not in files else f"{name} ({number})"] = dict(_leaves(content, ""))
    return files


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{number}]")
    else:
        yield path, value


def outputs(folder: Path, run: Path) -> Mapping[str, Any]:
    """The hash of every file below ``folder``; of a package the hash of each part."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != _JOURNAL)
    return {path.relative_to(folder).as_posix(): _hashed(path, run) for path in files}


def _hashed(path: Path, run: Path) -> str | Mapping[str, str]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            parts = {name: _of_part(name, package.read(name), run) for name in package.namelist()}
        return {**parts, "(order)": _hash("\n".join(parts).encode())}
    content = path.read_bytes()
    if path.suffix.lower() in _TEXTS:
        content = normalised(content.decode("utf-8", "replace"), run).encode()
    return _hash(content)


def _of_part(name: str, content: bytes, run: Path) -> str:
    """The properties and a problem list have times, its links the folder; elsewhere every byte counts."""
    if name.startswith(_PROPERTIES) or any(text in content for text in (*_TAKEN, bytes(run))):
        content = normalised(content.decode("utf-8", "replace"), run).encode()
    return _hash(content)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def keyed(findings: Sequence[Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    """Findings by what and where they are: code, sheet, cell and label, numbered where that is not enough."""
    found: dict[str, Mapping[str, Any]] = {}
    for finding in findings:
        words = [
            str(finding[name])
            for name in ("severity", "code", "sheet", "cell", "item", "label")
            if finding[name]
        ]
        key, number = " ".join(words), 2
        while key in found:
            key, number = f"{' '.join(words)} #{number}", number + 1
        found[key] = finding
    return found
