"""Rules on their own examples: what their author calls right and wrong, against what they find."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from xlperf.checks.scopes import Scopes
from xlperf.core.errors import DeclarationError
from xlperf.core.json_files import guess, parsed_json, text_of_file
from xlperf.core.paths import core_text, schemas_dir, shipped_schemas_dir
from xlperf.declarations.evaluation import compute
from xlperf.declarations.forms_and_rules import Example, Profile, Rule
from xlperf.declarations.records import Filing, Record
from xlperf.declarations.verdicts import VerdictKind, judge

_Values = Mapping[str, object]


def check_examples(profile: Profile) -> None:
    """Raise DeclarationError for a rule that does not find its right example right and its wrong one wrong.

    Rules as the program has them are not looked at, nor are procedures and rules between years.
    """
    for rule in profile.rules.values():
        if not rule.procedure and not _is_shipped(rule):
            _check_names(rule, profile)
            for kind, example in (("pass", rule.passing), ("fail", rule.failing)):
                for filing in _filings(rule, example, profile):
                    if problem := _problem(kind, {*_verdicts(rule, filing, profile)}):
                        raise DeclarationError(rule.place, core_text("wrong", "examples", problem))


def _is_shipped(rule: Rule) -> bool:
    name = rule.place.partition("：")[0]
    own, shipped = schemas_dir() / name, shipped_schemas_dir() / name
    if not shipped.is_file():
        return False
    ours, theirs = (_rules(text_of_file(path)) for path in (own, shipped))
    return bool(ours[rule.code] == theirs.get(rule.code))


@lru_cache(2)
def _rules(text: str) -> Mapping[str, Any]:
    """The rules in the text of a file, as declared."""
    return dict(parsed_json(text, "")["rules"])


def _check_names(rule: Rule, profile: Profile) -> None:
    """Raise DeclarationError for a value of an example that no form has."""
    fields, columns = set[str](), set[str]()
    for form in profile.forms.values():
        fields |= form.fields.keys()
        columns |= {name for table in form.tables.values() for name in table.columns}
    for example in (rule.passing, rule.failing):
        places = [(example.fields, fields)]
        places += [(row, columns) for rows in example.tables.values() for row in rows]
        places += [(sheet, fields) for sheets in example.sheets.values() for sheet in sheets]
        for values, known in places:
            for name in values:
                if name not in known:
                    why = core_text("wrong", "name", name=name, guess=guess(name, known))
                    raise DeclarationError(f"{rule.place}/examples", why)


def _problem(kind: str, found: set[VerdictKind]) -> str:
    """What is wrong with an example in which a rule has found all of ``found``; "" where nothing is."""
    if kind == "fail":
        return "" if VerdictKind.BROKEN in found else "not_found"
    return "found" if VerdictKind.BROKEN in found else "" if VerdictKind.OK in found else "not_met"


def _verdicts(rule: Rule, filing: Filing, profile: Profile) -> Iterator[VerdictKind]:
    scopes = Scopes(filing, profile)
    for instance in rule.instances:
        if not rule.forms and not rule.each:
            yield judge(instance, scopes.filing).kind
            continue
        for record in (record for alias in rule.forms or (rule.each,) for record in filing.of(alias)):
            table = profile.forms[record.form].tables.get(rule.each)
            if table is None:
                yield judge(instance, scopes.record(record)).kind
            else:
                yield from (judge(instance, names).kind for _, names in scopes.rows(record, table))


def _filings(rule: Rule, example: Example, profile: Profile) -> Iterator[Filing]:
    """What an example describes: a filing for each form of the rule, or one of all forms."""
    if rule.forms:
        for alias in rule.forms:
            yield _filing({alias: [example.fields]}, example, profile)
    else:
        singles: dict[str, Sequence[_Values]] = {
            form.alias: [{name: value for name, value in example.fields.items() if name in form.fields}]
            for form in profile.single_forms()
        }
        yield _filing({**singles, **example.sheets}, example, profile)


def _filing(sheets: Mapping[str, Sequence[_Values]], example: Example, profile: Profile) -> Filing:
    filing = Filing("", "", profile.id)
    for alias, each in sheets.items():
        for number, values in enumerate(each):
            rows = {
                name: [_floats(row) for row in example.tables.get(name, ())]
                for name in profile.forms[alias].tables
            }
            record = Record(alias, f"{alias}{number}", _floats(values), rows)
            compute(record, profile)
            filing.records.append(record)
    return filing


def _floats(values: _Values) -> dict[str, Any]:
    return {
        name: float(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in values.items()
    }
