"""Findings of a file whose profile is guessed → 提示 at most where the profile is what speaks."""

from dataclasses import replace

from xlperf.checks.unknown_names import names_of
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Profile, Rule, Severity

_TEMPLATE, _PARAMETER = "T", "参数!"
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
