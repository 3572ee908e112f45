"""Declarations under schemas/ as objects: load_profile("hunan-yueyang-2024") and what it holds."""

from xlperf.forms.catalog import find_profiles, lint
from xlperf.forms.layout import Placement, place
from xlperf.forms.model import (
    Cell,
    Field,
    FieldType,
    Form,
    LevelOne,
    Profile,
    Row,
    Rule,
    RuleInstance,
    Severity,
    Table,
)
from xlperf.forms.profile import load_form, load_profile, profile_ids

__all__ = [
    "Cell",
    "Field",
    "FieldType",
    "Form",
    "LevelOne",
    "Placement",
    "Profile",
    "Row",
    "Rule",
    "RuleInstance",
    "Severity",
    "Table",
    "find_profiles",
    "lint",
    "load_form",
    "load_profile",
    "place",
    "profile_ids",
]
