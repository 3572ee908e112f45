"""The ExcelUI of the tests: a person who answers from a script, and remembers what was said."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlwings as xw

from xlperf.excel.actions.excel_ui import LONGEST_PROMPT, ExcelUI


class Person(ExcelUI):
    """``answers`` are given in order: True or False to questions, texts, paths, None to cancel; "" takes what
    is proposed.
    """

    def __init__(self, app: xw.App, *answers: Any) -> None:
        super().__init__(app)
        self.answers = deque(answers)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.bad: list[str] = []
        self.started: list[Path | None] = []
        self.documents: list[Path] = []
        self.bar: list[str] = []

    def will(self, *answers: Any) -> "Person":
        """The same person with these answers ahead, and nothing heard yet."""
        assert not self.answers, f"never asked for {self.answers}"
        self.answers = deque(answers)
        self.said, self.asked, self.bad = [], [], []
        self.started, self.documents, self.bar = [], [], []
        return self

    @property
    def last(self) -> str:
        """What was said last."""
        return self.said[-1]

    def _answer(self, question: str, kind: type | tuple[type, ...]) -> Any:
        self.asked.append(question)
        assert self.answers, f"no answer for: {question}"
        answer = self.answers.popleft()
        assert isinstance(answer, kind), f"{answer!r} is no answer to: {question}"
        return answer

    def say(self, message: str, *, bad: bool = False) -> None:
        self.said.append(message)
        if bad:
            self.bad.append(message)

    def status(self, message: str = "") -> None:
        self.bar.append(message)
        super().status(message)

    def ask(self, question: str) -> bool:
        return bool(self._answer(question, bool))

    def enter(self, prompt: str, given: str = "") -> str | None:
        assert len(prompt) <= LONGEST_PROMPT
        answer = self._answer(prompt, (str, type(None)))
        return given if answer == "" else answer

    def open_files(self, caption: str, kind: tuple[str, Sequence[str]], *, several: bool) -> list[Path]:
        answer = self._answer(caption, (list, Path, type(None)))
        return [] if answer is None else answer if isinstance(answer, list) else [answer]

    def folder(self, caption: str, start: Path | None = None) -> Path | None:
        self.started.append(start)
        answer = self._answer(caption, (str, Path, type(None)))
        return start if answer == "" else answer

    def open_document(self, path: Path) -> None:
        self.documents.append(path)

    def save_as(self, caption: str, suggested: Path) -> Path | None:
        answer = self._answer(caption, (Path, type(None)))
        return answer / suggested.name if answer is not None and answer.is_dir() else answer

    def save_copy(self, book: xw.Book, path: Path) -> None:
        book.api.save_copy(path)

    def has_file(self, book: xw.Book) -> bool:
        return book.api.path is not None

    def is_read_only(self, book: xw.Book) -> bool:
        return bool(book.api.read_only)

    def is_fixed(self, book: xw.Book) -> bool:
        security = book.api.book.security
        return bool(security and security.lockStructure)

    def may_format(self, sheet: xw.Sheet) -> bool:
        return not sheet.api.protection.sheet or sheet.api.protection.formatCells is False

    @contextmanager
    def unlocked(self, sheet: xw.Sheet) -> Iterator[bool]:
        protection = sheet.api.protection
        before = protection.sheet
        free = not (before and protection.password)
        protection.sheet = before and not free
        try:
            yield free
        finally:
            protection.sheet = before

    def hide_name(self, name: xw.Name) -> None:
        name.api.hidden = True

    def freeze(self, sheet: xw.Sheet, rows: int) -> None:
        sheet.activate()
        sheet.api.freeze_panes = f"A{rows + 1}"
