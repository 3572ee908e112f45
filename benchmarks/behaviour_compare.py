"""Two records → lines to read: by command, then by file, what is gone (-), new (+) and changed (~).

A change that many files share is said once, with the files after it.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from behaviour_outputs import keyed

_SHARED_BY, _SHOWN = 3, 6
Change = tuple[str, str]
"""Where (a file, or the run), and what changed."""


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Lines of text, none when nothing differs."""
    inputs = _maps(before["inputs"], after["inputs"], lambda *_: "~ not the same file in both records")
    lines = [f"INPUT {name}: {change}" for name, change in inputs]
    lines += [f"INPUT {name}: - overwritten by a run" for name in after["inputs changed"]]
    commands: dict[str, list[Change]] = defaultdict(list)
    for name in [*before["runs"], *(name for name in after["runs"] if name not in before["runs"])]:
        command, source = name.split(" ", 1)
        old, new = (side["runs"].get(name) for side in (before, after))
        if old is None or new is None:
            if any(side.get("partial") for side in (before, after)):
                continue
            commands[command].append((source, "- not run any more" if new is None else "+ not run before"))
        else:
            commands[command] += [
                (": ".join(filter(None, (source, at))), what) for at, what in _run(old, new)
            ]
    for command, changes in commands.items():
        lines += _shown(command, changes) if changes else []
    return lines


def _shown(command: str, changes: list[Change]) -> Iterator[str]:
    """The changes of one command: those many places share first, then the rest by place."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, what in changes:
        places[what].append(place)
    yield f"== {command}: {len(changes)} differences"
    for what, shared in places.items():
        if len(shared) >= _SHARED_BY:
            yield f"in {len(shared)} places:"
            yield f"  {what}"
            yield from (f"    in {place}" for place in shared[:_SHOWN])
            if len(shared) > _SHOWN:
                yield f"    and {len(shared) - _SHOWN} more"
    last = None
    for place, what in changes:
        if len(places[what]) < _SHARED_BY:
            if place != last:
                yield place
            yield f"  {what}"
            last = place


def _run(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    if old["exit"] != new["exit"]:
        yield "", f"~ exit {old['exit']} → {new['exit']}"
    yield from _findings(old.get("findings", {}), new.get("findings", {}))
    yield from _content(old.get("content", {}), new.get("content", {}))
    for name, change in _maps(old["outputs"], new["outputs"], _parts):
        yield name, f"output: {change}"
    yield from _printed(old["printed"], new["printed"])


def _findings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    nothing: Mapping[str, Any] = {"file": {}, "findings": []}
    for file in [*old, *(name for name in new if name not in old)]:
        left, right = old.get(file, nothing), new.get(file, nothing)
        for name, change in _maps(left["file"], right["file"], _values):
            yield file, f"outcome {name}: {change}"
        findings, others = keyed(left["findings"]), keyed(right["findings"])
        for key in [*findings, *(key for key in others if key not in findings)]:
            if key not in others:
                yield file, f"- {key}: {findings[key]['message']}"
            elif key not in findings:
                yield file, f"+ {key}: {others[key]['message']}"
            else:
                for name, change in _maps(findings[key], others[key], _values):
                    yield file, f"~ {key}, {name}: {change}"
        if list(findings) != list(others) and sorted(findings) == sorted(others):
            yield file, "~ the findings are in another order"


def _content(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for file in [*old, *(name for name in new if name not in old)]:
        if file not in old or file not in new:
            yield file, "+ content read" if file in new else "- content read no more"
            continue
        for path, change in _maps(old[file], new[file], _values):
            yield file, f"{path}: {change}"


def _maps(old: Mapping[str, Any], new: Mapping[str, Any], change: Any) -> Iterator[Change]:
    """What is gone, new and changed of two mappings, the changes worded by ``change``."""
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new:
            yield name, f"- {_short(old[name])}"
        elif name not in old:
            yield name, f"+ {_short(new[name])}"
        elif old[name] != new[name]:
            yield name, change(old[name], new[name])


def _values(old: Any, new: Any) -> str:
    return f"~ {old} → {new}"


def _short(value: Any) -> str:
    return f"{len(value)} parts" if isinstance(value, dict) else str(value)


def _parts(old: Any, new: Any) -> str:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return "~ content"
    return "~ " + ", ".join(f"{change[0]}{name}" for name, change in _maps(old, new, lambda *_: "~"))


def _printed(old: list[str], new: list[str]) -> Iterator[Change]:
    """Lines printed, under the last line that is not indented: the file they are about."""
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for operation, first, last, start, end in steps:
        if operation != "equal":
            yield from (("", f"printed: - {_under(old, line)}") for line in range(first, last))
            yield from (("", f"printed: + {_under(new, line)}") for line in range(start, end))


def _under(lines: list[str], number: int) -> str:
    text = lines[number]
    if not text.startswith(" "):
        return text
    above = next((line for line in lines[number::-1] if line and not line.startswith(" ")), "")
    return f"[{above}] {text.strip()}"
