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
            load_profile.__wrapped__(name)
        except DeclarationError as error:
            yield error
        except XlperfError as error:
            yield DeclarationError(f"profiles/{name}.json", str(error))
