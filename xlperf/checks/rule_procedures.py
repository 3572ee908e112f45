"""Rules that formulas cannot say: they read sentences. Each yields where, what is there, what is right."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from xlperf.checks.context import CheckContext
from xlperf.declarations.forms_and_rules import Rule
from xlperf.declarations.records import Record
from xlperf.declarations.value_display import printed, type_of
from xlperf.expressions import Value
from xlperf.intake.received import ValueAddress
from xlperf.notation import sum_statements

_IN_BRACKETS = re.compile(r"[（(【\[].*?[）)】\]]")
_NUMBER = re.compile("[0-9０-９]+")
_FEWEST_NUMBERS = 3
_LONGEST_NAME = 200
_CENTURY = "20"
_MONTH = r"[-./、]\s*(?:0?[1-9]|1[0-2])(?:[-./、]\s*[0-9]{1,2})?"
_QUOTED = 30

Found = Iterator[tuple[ValueAddress, Value, Value]]
Procedure = Callable[[Rule, CheckContext, Record], Found]


class FieldText(NamedTuple):
    """One text of a record and its place."""

    at: ValueAddress
    text: str


def text_sums(rule: Rule, context: CheckContext, record: Record) -> Found:
    """Statements "total, 其中: parts" whose parts do not add up: the total as written, the right one.

    The sum may differ by less than half a last digit of every number, which is all that rounding explains;
    a list that names only some of the parts may be smaller than its total.
    """
    amount, partly = type_of("amount"), _any_of(_words(rule, "partial"))
    for passage in _passages(rule, record):
        if len(_NUMBER.findall(passage.text)) < _FEWEST_NUMBERS:
            continue
        for statement in sum_statements(passage.text):
            total, parts = statement.total, statement.parts
            right = sum(part.value for part in parts)
            allowed = (total.step + sum(part.step for part in parts)) / 2
            partial = right < total.value and partly.search(statement.text)
            if abs(right - total.value) >= allowed * (1 - 1e-9) and not partial:
                shown = (f"{printed(value, amount)}{total.unit}" for value in (total.value, right))
                yield passage.at, *shown  # type: ignore[misc]


def foreign_year(rule: Rule, context: CheckContext, record: Record) -> Found:
    """Texts all of whose years lie before the year of the form: the first of them, the right year."""
    year = context.profile.year
    pattern = _years(_words(rule, "year"), _words(rule, "after_month"))
    back = _words(rule, "looking_back")
    for passage in _passages(rule, record):
        if _CENTURY not in passage.text:
            continue
        years = [
            int(match[1])
            for match in pattern.finditer(passage.text)
            if not passage.text[: match.start()].rstrip().endswith(back)
        ]
        if years and max(years) < year:
            yield passage.at, str(years[0]), str(year)


@cache
def _years(year: tuple[str, ...], after_month: tuple[str, ...]) -> re.Pattern[str]:
    """Years before a word for year, or in a date with a month; 2001.38 before a unit is an amount."""
    end = rf"\s*(?:{_any_of(after_month).pattern}|(?![\s\w.%％‰]))"
    return re.compile(rf"(?<![0-9])(20[0-9]{{2}})(?=\s*(?:{_any_of(year).pattern}|{_MONTH}{end}))")


def foreign_project(rule: Rule, context: CheckContext, record: Record) -> Found:
    """The first text that names another sheet's project and not its own: that name, the own name."""
    field = str(rule.options["name"])
    endings, shortest = _words(rule, "endings"), float(str(rule.options["shortest_name"]))
    names = {
        str(name): _core(str(name), endings)
        for other in context.filing.of(record.form)
        if (name := other.fields.get(field))
    }
    own = str(record.fields.get(field) or "")
    others = sorted((name for name in names if name != own), key=lambda name: -len(names[name]))
    for passage in _passages(rule, record) if own and others else ():
        text = _letters(passage.text)
        if names[own] and names[own] in text:
            continue
        for name in others:
            if len(names[name]) >= shortest and names[name] in text and names[name] != names[own]:
                yield passage.at, name, own
                return


def copied_text(rule: Rule, context: CheckContext, record: Record) -> Found:
    """Texts that an earlier sheet of the same form has too: the text, and that sheet's name.

    What the rule named in ``unless`` reports already is left out.
    """
    shortest = float(context.profile.parameters[str(rule.options["shortest"])])
    earlier: list[Record] = []
    for other in context.filing.of(record.form):
        if other is record:
            break
        earlier.append(other)
    for passage in _passages(rule, record) if earlier else ():
        text = _letters(passage.text)
        for other in earlier:
            if len(text) >= shortest and text == _letters(str(other.fields.get(str(passage.at)) or "")):
                quoted = passage.text.strip()
                name = str(other.fields.get(str(rule.options.get("name", ""))) or other.sheet)
                if passage.at not in _reported(str(rule.options["unless"]), context, record):
                    yield passage.at, quoted if len(quoted) <= _QUOTED else f"{quoted[:_QUOTED]}……", name
                break


def _reported(code: str, context: CheckContext, record: Record) -> set[ValueAddress]:
    rule = context.profile.rules.get(code)
    return {at for at, *_ in PROCEDURES[rule.procedure](rule, context, record)} if rule else set()


PROCEDURES: Mapping[str, Procedure] = {
    "text_sums": text_sums,
    "foreign_year": foreign_year,
    "foreign_project": foreign_project,
    "copied_text": copied_text,
}
"""The procedures that rules may name."""


def _passages(rule: Rule, record: Record) -> Iterator[FieldText]:
    """The texts a rule names in its options: ``fields`` and, by table, ``columns``."""
    options: Mapping[str, Any] = rule.options
    fields: Sequence[str] = options.get("fields", ())
    columns: Mapping[str, Sequence[str]] = options.get("columns", {})
    for name in fields:
        if isinstance(text := record.fields.get(name), str):
            yield FieldText(name, text)
    for table, names in columns.items():
        for index, row in enumerate(record.tables.get(table, ())):
            for name in names:
                if isinstance(text := row.get(name), str):
                    yield FieldText((table, index, name), text)


def _words(rule: Rule, option: str) -> tuple[str, ...]:
    words = rule.options[option]
    assert isinstance(words, Sequence)
    return tuple(words)


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(map(re.escape, words))})")


def _core(name: str, endings: tuple[str, ...]) -> str:
    """A project's name as it is compared: without brackets, blanks, marks and the common endings."""
    core = _letters(_IN_BRACKETS.sub("", name[:_LONGEST_NAME]))
    while core.endswith(endings):
        core = core.removesuffix(next(ending for ending in endings if core.endswith(ending)))
    return core


@lru_cache(4096)
def _letters(text: str) -> str:
    """Letters and digits only; sheets of one unit repeat many of their texts."""
    return "".join(filter(str.isalnum, text))
