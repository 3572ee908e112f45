"""The cases of a profile by the places they are judged at, compiled once for all its filings."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from xlperf.declarations.model import Form, Profile, Table
from xlperf.declarations.source import texts_of
from xlperf.declarations.verdicts import VerdictKind, conjuncts, holds, is_true, judge, may_hold, once
from xlperf.expressions.compile import CALLABLE, source_of
from xlperf.expressions.value_types import COLUMN, Cells, Fault, Value
from xlperf.workbooks.working import cases as listed
from xlperf.workbooks.working.cases import Case
from xlperf.workbooks.working.filing_scopes import NameValues
from xlperf.workbooks.working.line_texts import LineText
from xlperf.workbooks.working.sheet_texts import verdict_words

Judge = Callable[[NameValues], list[str]]


def judge_of(cases: Sequence[Case]) -> Judge:
    """The function from the names of one place to the verdict words of all ``cases``."""
    shared: dict[str, str] = {}
    conditions = [_conditions(case) for case in cases]
    unread = [_unread(case) for case in cases]
    uses = Counter([*(source for sources in conditions for source in sources), *unread])
    body: list[str] = []
    for number, (case, sources, batch) in enumerate(zip(cases, conditions, unread, strict=True)):
        when = [once(source, shared) if uses[source] > 1 else source for source in sources]
        judged = _judged(number, case, when)
        if batch:
            judged = [
                f" if {once(batch, shared)}: word = batch",
                " else:",
                *(f" {statement}" for statement in judged),
            ]
        body += [" word = skipped", *judged, " words.append(word)"]
    start = [f" {name} = None" for name in shared.values()]
    lines = ["def run(scope):", " words = []", *start, *body, " return words"]
    space: dict[str, Any] = {**CALLABLE, **_constants(cases)}
    exec(compile("\n".join(lines), "<lines>", "exec"), space)
    made: Judge = space["run"]
    return made


def _conditions(case: Case) -> list[str]:
    return list(dict.fromkeys(holds(part) for part in conjuncts(case.instance.when)))


def _judged(number: int, case: Case, when: list[str]) -> list[str]:
    """Statements that set ``word``; an error anywhere leaves it as it is."""
    assert case.instance.check is not None
    if case.instance.terms is None:
        judged = f"ok if is_true({source_of(case.instance.check)}) else broken"
    else:
        judged = f"outcome(case_{number}, scope)"
    return [" try:", f"  if {' and '.join([*when, 'True'])}: word = {judged}", " except Fault: pass"]


def _unread(case: Case) -> str:
    """Source that is true where a text cannot be read that the verdict rests on; "" for no text."""
    return " or ".join(f"not is_readable(scope[{name!r}])" for name in case.sources)


def _is_readable(value: Value | Cells) -> bool:
    """AND over a cell, or over a column with rows that are not there."""
    return value is True or (isinstance(value, COLUMN) and True in value and {*value} <= {True, ""})


def _constants(cases: Sequence[Case]) -> dict[str, Any]:
    words = verdict_words()
    named = {VerdictKind.OK: words.ok, VerdictKind.WITHIN: words.within, VerdictKind.BROKEN: words.broken}

    def outcome(case: Case, scope: NameValues) -> str:
        return named.get(judge(case.instance, scope).kind, words.skipped)

    return {
        **{f"case_{number}": case for number, case in enumerate(cases)},
        **{"Fault": Fault, "is_true": is_true, "may_hold": may_hold, "outcome": outcome},
        "is_readable": _is_readable,
        **{
            "ok": words.ok,
            "broken": words.broken,
            "skipped": words.skipped,
            "batch": texts_of("working")["words"]["batch"],
        },
    }


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Cases judged over the same names: what each says, and the function that gives all verdict words."""

    line_texts: tuple[LineText, ...]
    judge: Judge


class CaseSets:
    """The case_sets of a profile: ``once`` and ``across`` by form alias, ``rows`` by alias and table."""

    def __init__(self, profile: Profile) -> None:
        forms = profile.forms.values()
        self.once = {form.alias: _case_set(listed.once(profile, form)) for form in forms}
        self.rows = {
            (form.alias, table.id): _case_set(listed.on_rows(profile, form, table))
            for form in forms
            for table in form.tables.values()
        }
        self.across = {form.alias: _case_set(listed.over_all(profile, form)) for form in forms}
        self.filing = _case_set(listed.over_all(profile, None))

    def of_rows(self, form: Form, table: Table) -> CaseSet:
        """The cases on each row of a table."""
        return self.rows[form.alias, table.id]


def _case_set(cases: Sequence[Case]) -> CaseSet:
    return CaseSet(tuple(map(LineText, cases)), judge_of(cases))


def case_sets(profile: Profile) -> CaseSets:
    """The case_sets of ``profile``, made once."""
    made = _MADE.get(id(profile))
    if made is None:
        made = _MADE[id(profile)] = (CaseSets(profile), profile)
    return made[0]


_MADE: dict[int, tuple[CaseSets, Profile]] = {}
