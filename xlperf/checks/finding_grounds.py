"""What a finding rests on: the names of its rule or formula, the figure it prints, the form it misses."""

import re

from xlperf.checks.unknown_names import names_of
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.expressions.tree import references
from xlperf.notation import parse_number

_PRINTED = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?%?")


def figure(text: str) -> float | None:
    """The number that a printed figure means, its unit aside: 0.9849 for 98.49%."""
    match = _PRINTED.match(text)
    number = parse_number(match[0]) if match else None
    return number[0] if number else None


def names_behind(profile: Profile, found: Finding) -> frozenset[str]:
    """What a finding rests on: the names of its rule, or of the formula of its field."""
    rule, place = profile.rules.get(found.code), found.location
    if rule is not None:
        ends = (place.field, place.field.removeprefix(f"{rule.each}_"))
        fitting = [instance for instance in rule.instances if instance.at in ends]
        spoken = (names_of(instance) for instance in fitting or rule.instances)
        return frozenset(name for names in spoken for name in names)
    form = profile.forms.get(place.form)
    declared = form.fields.get(place.field) if form else None
    return frozenset(references(declared.formula)) if declared and declared.formula else frozenset()


def rests_on(found: Finding, place: Location, profile: Profile) -> bool:
    """Whether a finding rests on the value at ``place``."""
    names, rule = names_behind(profile, found), profile.rules.get(found.code)
    if f"{place.form}!{place.field}" in names:
        return True
    if rule and rule.each and place.field.startswith(f"{rule.each}_"):
        other = found.location
        same_row = (place.file, place.sheet, place.row_key) == (other.file, other.sheet, other.row_key)
        return same_row and place.field.removeprefix(f"{rule.each}_") in names
    across = rule is not None and not rule.forms
    same_sheet = (place.file, place.sheet) == (found.location.file, found.location.sheet)
    return place.field in names and (across or same_sheet)


def about_form(found: Finding, missing: Finding, profile: Profile) -> bool:
    """Whether a finding speaks of the form that another one misses."""
    place = missing.location
    for form in profile.forms.values():
        if form.alias == place.form or form.id == place.label:
            spoken = names_behind(profile, found) if found.code in profile.rules else frozenset()
            named = any(name.startswith(f"{form.alias}!") for name in spoken)
            return named or form.id in found.value
    return False
