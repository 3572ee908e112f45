"""Rules that formulas cannot say: they read sentences. Each yields where, what is there, what is right."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlperf.checks.printing import printed, type_of
from xlperf.checks.subject import At, Subject
from xlperf.expressions import Value
from xlperf.forms import Rule
from xlperf.notation import sum_statements
from xlperf.records import Record

_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?=\s*(?:年|[-./、]\s*[0-9]{1,2}(?![0-9.])))")
_LOOKING_BACK = re.compile(r"(?:上年|较|比|自|从)\s*$")
_ONLY_SOME = re.compile("等|主要")
_IN_BRACKETS = re.compile(r"[（(【\[].*?[）)】\]]")
_NAME_ENDING = re.compile("(?:项目|工程|专项|经费)+$")
_NUMBER = re.compile("[0-9０-９]+")
_FEWEST_NUMBERS = 3
_SHORTEST_NAME = 4
_QUOTED = 30

Found = Iterator[tuple[At, Value, Value]]
Procedure = Callable[[Rule, Subject, Record], Found]


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a record and where it stands."""

    at: At
    text: str


def text_sums(rule: Rule, subject: Subject, record: Record) -> Found:
    """Statements "total, 其中: parts" whose parts do not add up: the total as written, the right one.

    The sum may differ by half a last digit of every number; a list that names only some of the
    parts may be smaller than its total.
    """
    amount = type_of("amount")
    for passage in _passages(rule, record):
        if len(_NUMBER.findall(passage.text)) < _FEWEST_NUMBERS:
            continue
        for statement in sum_statements(passage.text):
            total, parts = statement.total, statement.parts
            right = sum(part.value for part in parts)
            allowed = (total.step + sum(part.step for part in parts)) / 2
            partial = right < total.value and _ONLY_SOME.search(statement.text)
            if abs(right - total.value) > allowed * (1 + 1e-9) and not partial:
                shown = (f"{printed(value, amount)}{total.unit}" for value in (total.value, right))
                yield passage.at, *shown  # type: ignore[misc]


def foreign_year(rule: Rule, subject: Subject, record: Record) -> Found:
    """Texts all of whose years lie before the year of the form: the first of them, the right year."""
    year = subject.profile.year
    for passage in _passages(rule, record):
        years = [
            int(match[1])
            for match in _YEAR.finditer(passage.text)
            if not _LOOKING_BACK.search(passage.text[: match.start()])
        ]
        if years and max(years) < year:
            yield passage.at, str(years[0]), str(year)


def foreign_project(rule: Rule, subject: Subject, record: Record) -> Found:
    """The first text that names another sheet's project and not its own: that name, the own name."""
    field = str(rule.options["name"])
    names = {
        str(name): _core(str(name))
        for one in subject.filing.of(record.form)
        if (name := one.fields.get(field))
    }
    own = str(record.fields.get(field) or "")
    others = sorted((name for name in names if name != own), key=lambda name: -len(names[name]))
    for passage in _passages(rule, record) if own and others else ():
        text = _letters(passage.text)
        if names[own] and names[own] in text:
            continue
        for name in others:
            if len(names[name]) >= _SHORTEST_NAME and names[name] in text and names[name] != names[own]:
                yield passage.at, name, own
                return


def copied_text(rule: Rule, subject: Subject, record: Record) -> Found:
    """Texts that an earlier sheet of the same form has too: the text, and that sheet's name."""
    shortest = float(subject.profile.parameters[str(rule.options["shortest"])])
    earlier: list[Record] = []
    for other in subject.filing.of(record.form):
        if other is record:
            break
        earlier.append(other)
    for passage in _passages(rule, record) if earlier else ():
        text = _letters(passage.text)
        for other in earlier:
            if len(text) >= shortest and text == _letters(str(other.fields.get(str(passage.at)) or "")):
                quoted = passage.text.strip()
                name = str(other.fields.get(str(rule.options.get("name", ""))) or other.sheet)
                yield passage.at, quoted if len(quoted) <= _QUOTED else f"{quoted[:_QUOTED]}……", name
                break


PROCEDURES: Mapping[str, Procedure] = {
    "text_sums": text_sums,
    "foreign_year": foreign_year,
    "foreign_project": foreign_project,
    "copied_text": copied_text,
}
"""The procedures that rules may name."""


def _passages(rule: Rule, record: Record) -> Iterator[Passage]:
    """The texts a rule names in its options: ``fields`` and, by table, ``columns``."""
    options: Mapping[str, Any] = rule.options
    fields: Sequence[str] = options.get("fields", ())
    columns: Mapping[str, Sequence[str]] = options.get("columns", {})
    for name in fields:
        if isinstance(text := record.fields.get(name), str):
            yield Passage(name, text)
    for table, names in columns.items():
        for index, row in enumerate(record.tables.get(table, ())):
            for name in names:
                if isinstance(text := row.get(name), str):
                    yield Passage((table, index, name), text)


def _core(name: str) -> str:
    """A project's name as it is compared: without brackets, blanks, marks and the common endings."""
    return _NAME_ENDING.sub("", _letters(_IN_BRACKETS.sub("", name)))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
