"""All declarations together: which profiles there are, and whether everything declared is sound."""

from collections.abc import Iterator

from xlperf.core.errors import DeclarationError, XlperfError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import read
from xlperf.declarations.texts import read_texts

EDITED = frozenset({"ledger", "lexicon", "notation", "ratios", "scoring", "types"})
"""Shared files that people edit; each has a meta-schema. The program alone reads the others."""

_EXECUTION, _TOTAL = "执行分值", "总分分值"
_ROUNDING = 1e-9
META = {"forms": "form", "profiles": "profile", "rules": "rule"}


def find_profiles(place: str = "", year: int | None = None) -> list[Profile]:
    """Profiles whose place or name contains ``place``, of ``year`` where it is given."""
    profiles = (load_profile(name) for name in profile_ids())
    return [
        profile
        for profile in profiles
        if place in f"{profile.place} {profile.name}" and (year is None or profile.year == year)
    ]


def lint() -> list[DeclarationError]:
    """Every mistake found in schemas/: one for each wrong file and for each profile that fails.

    Reads afresh, so that an author can edit and lint again in one session.
    """
    mistakes: dict[str, DeclarationError] = {}
    for error in [*_wrong_files(), *_wrong_profiles()]:
        mistakes.setdefault(str(error), error)
    return list(mistakes.values())


def common_files() -> list[str]:
    """The names of the declaration files in schemas/ that all profiles share, sorted."""
    return sorted(path.name for path in schemas_dir().glob("*.json") if not path.match("*.schema.json"))


def check_common(name: str) -> None:
    """Raise DeclarationError for a shared file that is no JSON or breaks its meta-schema."""
    path = schemas_dir() / name
    if path.stem in EDITED:
        read(path, path.stem)
    else:
        read_texts(path)


def check_weights(profile: Profile) -> None:
    """Raise DeclarationError where the points of a form do not add up to those of its total.

    The points are those of the first-level indicators and of budget execution: parameters
    ``执行分值`` and ``总分分值`` of the profile.
    """
    execution, total = profile.parameters.get(_EXECUTION), profile.parameters.get(_TOTAL)
    if not isinstance(execution, int | float) or not isinstance(total, int | float):
        return
    for alias, levels in profile.indicators.items():
        weights = " + ".join(f"{level.weight:g}" for level in levels)
        points = sum(level.weight for level in levels) + execution
        if levels and abs(points - total) > _ROUNDING:
            raise DeclarationError(
                f"profiles/{profile.id}.json：indicators/{alias}",
                f"一级指标 {weights} 分，加预算执行 {execution:g} 分，合计 {points:g} 分，应为 {total:g} 分",
            )


def _wrong_files() -> Iterator[DeclarationError]:
    for name in common_files():
        try:
            check_common(name)
        except DeclarationError as error:
            yield error
    for folder, meta in META.items():
        for path in sorted((schemas_dir() / folder).glob("*.json")):
            try:
                read(path, meta)
            except DeclarationError as error:
                yield error


def _wrong_profiles() -> Iterator[DeclarationError]:
    for name in profile_ids():
        try:
            check_weights(load_profile.__wrapped__(name))
        except DeclarationError as error:
            yield error
        except XlperfError as error:
            yield DeclarationError(f"profiles/{name}.json", str(error))
