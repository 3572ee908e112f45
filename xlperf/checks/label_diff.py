"""Two lists of fixed texts → what became of each: reworded, moved, gone, added, merged otherwise."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from xlperf.declarations.template_fingerprint import Label

_FEW = 5


def moves(declared: Sequence[Label], found: Sequence[Label]) -> list[str]:
    """A clause for each difference: ``declared`` lies where it would today, had nothing been changed.

    A text that only lies lower or higher because rows went in or out above it has not moved.
    """
    matcher = SequenceMatcher(None, [one.key for one in declared], [one.key for one in found], autojunk=False)
    clauses: list[str] = []
    gone: list[Label] = []
    new: list[Label] = []
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            pairs = zip(declared[first:last], found[start:end], strict=True)
            clauses += [_lies_otherwise(old, now) for old, now in pairs if old.shape != now.shape]
        else:
            gone += declared[first:last]
            new += found[start:end]
    return [*clauses, *_unmatched(gone, new)]


def listed(clauses: Sequence[str]) -> str:
    """The first few clauses as one text, and how many there are in all where that is more."""
    more = f"；等 {len(clauses)} 处" if len(clauses) > _FEW else ""
    return "；".join(clauses[:_FEW]) + more


def _unmatched(gone: list[Label], new: list[Label]) -> Iterator[str]:
    """What became of texts that stand elsewhere in the order, or on one side only."""
    for old in gone:
        same = next((one for one in new if one.key == old.key), None)
        instead = same or next((one for one in new if one.address == old.address), None)
        if instead is None:
            yield f"少了“{_shown(old)}”（原在 {old.address}）"
            continue
        new.remove(instead)
        if same is not None:
            yield f"“{_shown(old)}”从 {old.address} 移到了 {same.address}"
        else:
            yield f"{old.address} 的“{_shown(old)}”改成了“{_shown(instead)}”"
    for one in new:
        yield f"{one.address} 多了“{_shown(one)}”"


def _lies_otherwise(old: Label, now: Label) -> str:
    if old.first != now.first:
        return f"“{_shown(old)}”从 {old.address} 移到了 {now.address}"
    return f"{now.address}“{_shown(now)}”的合并范围变了"


def _shown(label: Label) -> str:
    return "".join(label.text.split())
