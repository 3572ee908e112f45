"""Declarations under schemas/ as objects: load_profile("hunan-yueyang-2024") and what it holds."""

from xlperf.declarations.catalog import find_profiles, lint
from xlperf.declarations.model import (
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
from xlperf.declarations.placement import Placement, place
from xlperf.declarations.profile import load_form, load_profile, profile_ids

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
