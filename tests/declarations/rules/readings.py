"""A table as its cells show it → what the native columns say of each row, as a helper sheet works it out."""

from collections.abc import Mapping, Sequence
from typing import Any

from xlperf.declarations.column_readings import native_columns
from xlperf.declarations.evaluation import parameters
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.expressions import compile_expression

PROFILE = load_profile("hunan-yueyang-2024")
FORM = PROFILE.forms["整体"]
TABLE = FORM.tables["指标"]
COMPILED = {name: compile_expression(node) for name, node in native_columns(FORM, TABLE, PROFILE).items()}


def read_rows(rows: Sequence[Mapping[str, Any]], profile: Profile = PROFILE) -> list[dict[str, Any]]:
    """Each row's columns; an empty result is "" as in a cell that holds a formula."""
    found: list[dict[str, Any]] = []
    above: dict[str, Any] = {}
    for row in rows:
        names = {**dict.fromkeys(TABLE.columns), **parameters(profile), **row}
        names |= {f"原!{level}": row.get(level) for level in TABLE.levels}
        names |= {f"上!{name}": above.get(name, "") for name in COMPILED}
        for name, evaluate in COMPILED.items():
            names[name] = evaluate(names)
        above = {name: names[name] for name in COMPILED}
        found.append(above)
    return found


def read_text(value: Any) -> dict[str, Any]:
    """What the native columns say of a target value by itself."""
    return read_rows([{"年度指标值": value}])[0]
