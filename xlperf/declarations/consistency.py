"""What a whole profile must keep: every name known, every address and defined name used once."""

from collections.abc import Iterable, Mapping

from xlperf.core.errors import DeclarationError
from xlperf.core.json_files import guess
from xlperf.core.paths import core_text
from xlperf.declarations.codes import builtin_codes
from xlperf.declarations.evaluation import DERIVATIONS
from xlperf.declarations.fields import load_vocabulary
from xlperf.declarations.forms_and_rules import (
    LAST_YEAR,
    LAST_YEAR_FACTS,
    PARAMETERS,
    Field,
    Form,
    Profile,
    Rule,
)
from xlperf.declarations.rule_loading import EXPECTED, LABEL, ROW, VALUE
from xlperf.declarations.source import HOLE
from xlperf.expressions import Node, references


def check_consistency(profile: Profile, place: str) -> None:
    """Raise DeclarationError for the first inconsistency between the parts of ``profile``."""
    for form in profile.forms.values():
        _check_form(form, profile)
    _check_defined_names(profile, place)
    for rule in (*profile.rules.values(), *profile.year_rules.values()):
        if rule.code in builtin_codes():
            why = core_text("wrong", "code_twice", code=rule.code, place=f"codes.json：{rule.code}")
            raise DeclarationError(rule.place, why)
        is_of_years = rule.code in profile.year_rules
        _check_rule(rule, profile, last_year_names(rule, profile) if is_of_years else set())
        _check_types(rule, load_vocabulary().types)


def _check_types(rule: Rule, types: Iterable[str]) -> None:
    known = {"", VALUE, EXPECTED, LABEL, ROW, *types}
    for instance in rule.instances:
        for _, _, kind in (*instance.message, *instance.fix):
            if kind not in known:
                why = core_text("wrong", "field_type", name=kind, known="、".join(types))
                raise DeclarationError(rule.place, why)


def _check_form(form: Form, profile: Profile) -> None:
    _check_cells(form)
    known = form_names(form, profile)
    unseen = _unseen(form)
    for field in form.fields.values():
        where = f"{form.place}：fields/{field.id}"
        _check_names((field.formula, field.default), known, where)
        if field.formula is not None and (missing := unseen & references(field.formula)):
            raise DeclarationError(where, core_text("wrong", "no_cell", name=min(missing)))
        _check_columns(HOLE.findall(field.display), {field.id}, where)
    for table in form.tables.values():
        columns, place = set(table.columns), f"{form.place}：tables/{table.id}"
        _check_columns(table.levels, columns, f"{place}/levels")
        for preset in table.default_rows:
            _check_columns(preset, columns, f"{place}/preset")
        for column in table.columns.values():
            where = f"{place}/{column.id}"
            _check_names((column.formula,), known | columns, where)
            if column.derive and column.derive not in DERIVATIONS:
                raise DeclarationError(
                    where, core_text("wrong", "derivation", name=column.derive, known="、".join(DERIVATIONS))
                )
            named = (column.source if column.derive else "", column.suggest, *HOLE.findall(column.display))
            _check_columns(filter(None, named), columns, where)


def _unseen(form: Form) -> set[str]:
    """Names that no cell shows and no formula or reading gives a value."""
    columns = {
        f"{table.id}_{name}": column
        for table in form.tables.values()
        for name, column in table.columns.items()
    }
    return {
        name
        for name, field in {**columns, **form.fields}.items()
        if field.virtual and field.formula is None and not field.derive
    }


def _check_columns(names: Iterable[str], columns: set[str], place: str) -> None:
    for name in names:
        if name not in columns:
            raise DeclarationError(place, core_text("wrong", "column", name=name))


def _check_cells(form: Form) -> None:
    for table in form.tables:
        if all(row.table != table for row in form.rows):
            raise DeclarationError(f"{form.place}：tables/{table}", core_text("wrong", "no_row"))
    seen: set[str] = set()
    for row in form.rows:
        where = f"{form.place}：rows/{row.id}"
        known: Mapping[str, Field] = (
            form.tables[row.table].columns if row.table in form.tables else form.fields
        )
        if row.table and row.table not in form.tables:
            raise DeclarationError(where, core_text("wrong", "table", name=row.table))
        for cell in row.cells:
            if cell.through and cell.through not in form.tables:
                raise DeclarationError(where, core_text("wrong", "table", name=cell.through))
            for name in filter(None, (cell.field, *(field for _, field in cell.line))):
                if name not in known:
                    raise DeclarationError(where, core_text("wrong", "cell_field", name=name))
                if f"{row.table}/{name}" in seen:
                    raise DeclarationError(where, core_text("wrong", "field_twice", name=name))
                seen.add(f"{row.table}/{name}")


def form_names(form: Form, profile: Profile) -> set[str]:
    """Names that an expression of ``form`` may use: own ones, single forms' fields, parameters."""
    names = own_names(form) | {f"{PARAMETERS}!{name}" for name in profile.parameters}
    for other in profile.single_forms():
        names |= own_names(other)
    return names | {f"digits!{name}" for name in names}


def own_names(form: Form) -> set[str]:
    """Field ids and ``table_column`` names of one form."""
    return set(form.fields) | {
        f"{table.id}_{column}" for table in form.tables.values() for column in table.columns
    }


def filing_names(profile: Profile) -> set[str]:
    """Names that rules over a whole filing may use besides those of single forms."""
    return {
        f"{form.alias}!{name}" for form in profile.forms.values() if form.repeated for name in own_names(form)
    }


def _check_defined_names(profile: Profile, place: str) -> None:
    owner: dict[str, str] = {}
    for form in profile.single_forms():
        for name, field in form.fields.items():
            if field.virtual or any(name == other for _, other in _line_fields(form)):
                continue
            if owner.setdefault(name, form.id) != form.id:
                why = core_text("wrong", "field_in_two", name=name, first=owner[name], second=form.id)
                raise DeclarationError(place, why)


def _line_fields(form: Form) -> list[tuple[str, str]]:
    return [part for row in form.rows for cell in row.cells for part in cell.line]


def last_year_names(rule: Rule, profile: Profile) -> set[str]:
    """Names of last year's figures that ``rule`` may use: the fields of single forms, those of its own form
    or row, and what is said of last year as a whole.
    """
    names = {name for form in profile.single_forms() for name in form.fields}
    for alias in (*rule.forms, rule.each):
        if alias in profile.forms:
            names |= profile.forms[alias].fields.keys()
            for table in profile.forms[alias].tables.values():
                names |= table.columns.keys() if table.id == rule.each else set()
    return {f"{LAST_YEAR}{name}" for name in (*names, *LAST_YEAR_FACTS)}


def _check_rule(rule: Rule, profile: Profile, others: set[str]) -> None:
    known = others | {f"{PARAMETERS}!{name}" for name in profile.parameters}
    forms = [profile.forms[alias] for alias in rule.forms if alias in profile.forms]
    if len(forms) != len(rule.forms):
        raise DeclarationError(rule.place, core_text("wrong", "rule_forms", names="、".join(rule.forms)))
    targets: list[Form | None] = [*forms] or [None]
    for form in targets:
        names = known | rule_names(rule, form, profile)
        names |= {f"digits!{name}" for name in names}
        for instance in rule.instances:
            texts = [node for _, node, _ in (*instance.message, *instance.fix)]
            nodes = (instance.check, instance.when, instance.expected, instance.terms, *texts)
            _check_names(nodes, names, rule.place)
            if instance.at not in names:
                raise DeclarationError(rule.place, core_text("wrong", "rule_at", name=instance.at))


def rule_names(rule: Rule, form: Form | None, profile: Profile) -> set[str]:
    """Names known to ``rule`` when it runs on ``form`` (None: on the whole filing)."""
    names = {name for single in profile.single_forms() for name in own_names(single)}
    if form is None:
        names |= filing_names(profile)
        return names | (own_names(profile.forms[rule.each]) if rule.each else set())
    names |= own_names(form)
    if rule.each:
        if rule.each not in form.tables:
            raise DeclarationError(rule.place, core_text("wrong", "rule_table", name=rule.each))
        names |= set(form.tables[rule.each].columns)
    return names


def _check_names(nodes: Iterable[Node | None], known: set[str], place: str) -> None:
    for node in nodes:
        for name in references(node) if node is not None else ():
            if name not in known:
                raise DeclarationError(place, core_text("wrong", "name", name=name, guess=guess(name, known)))
