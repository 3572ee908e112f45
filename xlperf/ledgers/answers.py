"""What was in doubt about a ledger and what a person answered: the file 对照.json, read and written."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write
from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import read
from xlperf.ledgers import ledger_text


class Answers:
    """Answers by kind of question, and the questions that arise while a ledger is read.

    A question that has been answered is not asked again. Keys are texts of the ledger as it has them.
    """

    def __init__(self, given: dict[str, Any] | None = None) -> None:
        self._words = _words()
        self._given = given or {}
        self._asked: dict[str, Any] = {}

    @property
    def has_questions(self) -> bool:
        """Whether anything was in doubt that has no answer."""
        return bool(self._asked)

    def answer(self, kind: str, *keys: str) -> str | None:
        """The answer to a question; "" for none of what is declared, None without an answer.

        For ``sheets`` (name) it is the declared sheet, for ``headings`` (sheet, text) the declared heading,
        for ``units`` (text) a code, for ``money`` (sheet, heading) the money unit of a column.
        """
        entry: Any = self._given.get(self._words[kind], {})
        for key in keys:
            entry = entry.get(key, {}) if isinstance(entry, dict) else {}
        answer = entry.get(self._words["answer"]) if isinstance(entry, dict) else entry
        if not isinstance(answer, str) or not answer.strip():
            return None
        return "" if answer.strip() == self._words["not_needed"] else answer.strip()

    def money(self, sheet: str, code: str) -> str | None:
        """The money unit of a unit's amounts on a sheet, else of the whole sheet."""
        return self.answer("money", sheet, code) or self.answer("money", sheet, self._words["whole_sheet"])

    @property
    def has_money(self) -> bool:
        """Whether any question about money units has an answer."""
        return bool(self._given.get(self._words["money"]))

    def ask(self, proposals: Sequence[str], kind: str, *about: str) -> None:
        """Ask a question, as ``answer`` names it, that has no answer; a heading "" is the whole sheet."""
        *keys, last = (key or self._words["whole_sheet"] for key in about)
        if self.answer(kind, *keys, last) is not None:
            return
        entry = self._asked.setdefault(self._words[kind], {})
        for key in keys:
            entry = entry.setdefault(key, {})
        entry[last] = {self._words["answer"]: "", self._words["proposals"]: list(proposals)}

    def with_money(self, code: str, unit: str) -> "Answers":
        """These answers, and ``unit`` for every open question about the amounts of the unit ``code``."""
        kind, answer, whole = (self._words[word] for word in ("money", "answer", "whole_sheet"))
        open_questions: dict[str, dict[str, Any]] = self._asked.get(kind, {})
        settled = {
            sheet: {of: {answer: unit} for of in asked if of in (code, whole)}
            for sheet, asked in open_questions.items()
        }
        return Answers(_merged(self._given, {kind: settled}))

    def content(self) -> dict[str, Any]:
        """The file's content: what was given, and every question without an answer."""
        words = self._words
        return {words["about_key"]: words["about"], **_merged(self._given, self._asked)}


def read_answers(path: Path) -> Answers:
    """The answers in the file ``path``, none where it does not exist yet; InputError for another file."""
    if not path.exists():
        return Answers()
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError(ledger_text("map_damaged", path=path, reason=error)) from None
    if not isinstance(content, dict):
        raise InputError(ledger_text("map_foreign", path=path))
    content.pop(_words()["about_key"], None)
    return Answers(content)


def write_answers(path: Path, answers: Answers) -> None:
    """Write the questions with what was given before; OutputError when the file cannot be written."""
    text = json.dumps(answers.content(), ensure_ascii=False, indent=2)
    atomic_write(path, f"{text}\n".encode())


def _words() -> dict[str, str]:
    declared: dict[str, str] = read(schemas_dir() / "ledger.json", "ledger")["answers"]
    return declared


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    result = dict(first)
    for key, value in second.items():
        there = result.get(key)
        both = isinstance(there, dict) and isinstance(value, dict)
        result[key] = _merged(there, value) if both else value  # type: ignore[arg-type]
    return result
