"""Which findings a user wants to see: --select and --ignore by the beginnings of codes."""

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

from xlperf.core.errors import InputError
from xlperf.declarations.findings import Finding


class Selection:
    """The findings whose code begins with one of ``selected`` (none given: all) and not of ``ignored``.

    Where both fit, the longer beginning counts: ``B5`` selected, ``B501`` ignored leaves the other
    B5 codes; equally long ones leave a finding out. Each text may hold several, with commas.
    """

    def __init__(self, selected: Sequence[str], ignored: Sequence[str], known: Collection[str]) -> None:
        """Raise InputError for a beginning that no code of ``known`` has."""
        self.known = known
        self._keep = _prefixes(selected, known) or [""]
        self._drop = _prefixes(ignored, known)

    def of(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those of ``findings`` that are selected."""
        return [found for found in findings if _fit(found.code, self._keep) > _fit(found.code, self._drop)]


def close_to(word: str, known: Collection[str]) -> str:
    """``（是不是 B501？）`` for a misspelt code or name, "" when nothing is near."""
    near = get_close_matches(word.upper(), known, 1)
    return f"（是不是 {near[0]}？）" if near else ""


def _prefixes(texts: Sequence[str], known: Collection[str]) -> list[str]:
    prefixes = [part.strip().upper() for text in texts for part in text.replace("，", ",").split(",")]
    prefixes = [prefix for prefix in prefixes if prefix]
    for prefix in prefixes:
        if not any(code.startswith(prefix) for code in known):
            letters = "、".join(sorted({code[0] for code in known}))
            raise InputError(
                f"没有以“{prefix}”开头的问题代码{close_to(prefix, known)}。可以写字母（{letters}）、"
                "字母加数字（B5）或整个代码（B501）。"
            )
    return prefixes


def _fit(code: str, prefixes: Sequence[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)
