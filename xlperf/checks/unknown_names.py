"""Values that a page does not show or that could not be decided → the names that rules must not judge by.

Where the profile is guessed, findings in which it alone speaks are 提示 at most.
"""

from dataclasses import replace
from functools import cache

from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import PARAMETERS, Form, Profile, Rule, RuleInstance, Severity, Table
from xlperf.declarations.records import Filing, Record
from xlperf.expressions import Node
from xlperf.expressions.tree import references

_OF_DIGITS = "digits!"
_NOTHING: frozenset[str] = frozenset()


class UnknownNames:
    """What is not known of a filing; nothing for forms that were read where their names lie.

    ``is_partial``: there are sheets that were not read, so that nothing can be said of all forms of a kind.
    """

    def __init__(self, filing: Filing, profile: Profile, *, is_partial: bool = False) -> None:
        self._profile = profile
        read = [record for record in filing.records if record.unknown]
        self._own = {id(record): _own(record, profile.forms[record.form]) for record in read}
        self._rows: dict[tuple[int, str, int], frozenset[str]] = {}
        self._everywhere: set[str] = set()
        if is_partial:
            repeated = [form for form in profile.forms.values() if form.repeated]
            self._everywhere |= {f"{form.alias}!{name}" for form in repeated for name in form.fields}
        for record in read:
            form, found = profile.forms[record.form], self._own[id(record)]
            self._everywhere |= {f"{form.alias}!{name}" for name in found} if form.repeated else found

    def concern(self, instance: RuleInstance, record: Record | None, row: tuple[str, int] | None) -> bool:
        """Whether a rule on a record, or on a row of a table of it, speaks of a value that is not known."""
        if not self._own and not self._everywhere:
            return False
        spoken = names_of(instance)
        if not self._everywhere.isdisjoint(spoken):
            return True
        if record is None or id(record) not in self._own:
            return False
        if not self._own[id(record)].isdisjoint(spoken):
            return True
        return row is not None and not self._of_row(record, *row).isdisjoint(spoken)

    def of(self, record: Record) -> frozenset[str]:
        """The names of a record that are not known."""
        return self._own.get(id(record), _NOTHING)

    def _of_row(self, record: Record, table: str, index: int) -> frozenset[str]:
        key = id(record), table, index
        if key not in self._rows:
            columns = {
                name[2] for name in record.unknown if not isinstance(name, str) and name[:2] == key[1:]
            }
            declared = self._profile.forms[record.form].tables[table]
            self._rows[key] = frozenset(_with_derived(declared, columns))
        return self._rows[key]


def _own(record: Record, form: Form) -> frozenset[str]:
    """The names of a record: those of its form, and what is computed from them."""
    unknown = {name for name in record.unknown if isinstance(name, str)}
    for table in form.tables.values():
        start = f"{table.id}_"
        columns = {name.removeprefix(start) for name in unknown if name.startswith(start)}
        unknown |= {f"{start}{name}" for name in _with_derived(table, columns)}
    for name in form.computed:
        declared = form.fields[name]
        if declared.virtual and declared.formula and not _references(declared.formula).isdisjoint(unknown):
            unknown.add(name)
    return frozenset(unknown)


def _with_derived(table: Table, columns: set[str]) -> set[str]:
    """``columns`` and those that are computed from them."""
    if not columns:
        return columns
    found = set(columns)
    for name, column in table.columns.items():
        computed = _references(column.formula) if column.formula else _NOTHING
        if column.virtual and (column.source in found or not computed.isdisjoint(found)):
            found.add(name)
    return found


def names_of(instance: RuleInstance) -> frozenset[str]:
    """All names that the verdict of a rule rests on."""
    nodes = (instance.when, instance.check, instance.expected, instance.terms)
    return _NOTHING.union({instance.at}, *(_references(node) for node in nodes if node is not None))


@cache
def _references(node: Node) -> frozenset[str]:
    return frozenset(name.removeprefix(_OF_DIGITS) for name in references(node))


_TEMPLATE, _PARAMETER = "T", f"{PARAMETERS}!"
_OF_PROFILE = frozenset({"D911", "D912", "X811", "C303", "C304", "C311", "C313", "C314", "M417"})
"""What a place asks of its units: all forms of a package, cells as the upload wants them."""


def as_guessed(found: Finding, profile: Profile) -> Finding:
    """``found`` as 提示 where it rests on the template or the parameters of the profile."""
    rule = profile.rules.get(found.code)
    rests = found.code[0] == _TEMPLATE or found.code in _OF_PROFILE
    if rule is not None and not rests:
        rests = _on_parameters(rule, profile)
    return replace(found, severity=Severity.NOTE) if rests else found


def _on_parameters(rule: Rule, profile: Profile) -> bool:
    """Whether a rule rests on a figure of the profile; lists of words are the same everywhere."""
    figures = {name for name, value in profile.parameters.items() if not isinstance(value, str)}
    spoken = {name for instance in rule.instances for name in names_of(instance)}
    return any(name.removeprefix(_PARAMETER) in figures for name in spoken if name.startswith(_PARAMETER))
