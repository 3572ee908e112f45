"""The declarations under schemas/ → the mistakes in them, those included that would only be passed over.

For ``xlperf forms lint``, the diagnosis of a computer and the page for units.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from xlperf.core.errors import DeclarationError, XlperfError
from xlperf.core.json_files import file_name, guess, shown
from xlperf.core.paths import core_text, schemas_dir
from xlperf.declarations.forms_and_rules import PARAMETERS, Profile
from xlperf.declarations.profile import declaring_texts, form_source, load_profile, profile_ids
from xlperf.declarations.rule_loading import read_rules
from xlperf.declarations.source import Json, declared_file, read, read_extending, read_texts

EDITED = frozenset({"ledger", "lexicon", "notation", "ratios", "scoring", "types"})
"""Shared files that people edit; each has a meta-schema. The program alone reads the others."""
METAS = {
    "forms": "form",
    "profiles": "profile",
    "rules": "rule",
    "schemes": "scheme",
    "scores": "score",
    "lexicon": "lexicon",
}
"""Folder → the meta-schema of its files."""
_EXECUTION, _TOTAL = "执行分值", "总分分值"
_ROUNDING = 1e-9


def lint() -> list[DeclarationError]:
    """Every mistake found: one for each wrong file and for each profile that fails.

    Reads afresh, so that an author can edit and lint again in one session.
    """
    mistakes: dict[str, DeclarationError] = {}
    for name in (*common_files(), *files_in_folders(), *profile_ids()):
        try:
            if name.endswith(".json"):
                check_file(schemas_dir() / name)
            else:
                check_profile(name)
        except DeclarationError as error:
            mistakes.setdefault(str(error), error)
        except XlperfError as error:
            mistakes.setdefault(name, DeclarationError(name, str(error)))
    return list(mistakes.values())


def common_files() -> list[str]:
    """The names of the declaration files in schemas/ that all profiles share, sorted."""
    return sorted(path.name for path in schemas_dir().glob("*.json") if not path.match("*.schema.json"))


def files_in_folders() -> list[str]:
    """The names, relative to schemas/, of the files that profiles may name, and of local words."""
    folders = (schemas_dir() / folder for folder in METAS if folder != "profiles")
    return [file_name(path) for folder in folders for path in sorted(folder.glob("*.json"))]


def check_file(path: Path) -> None:
    """Raise DeclarationError for a file that is no JSON, breaks its meta-schema, or has a wrong formula.

    A profile of the declarations in use is looked at as ``check_profile`` does.
    """
    folder, is_ours = path.resolve().parent, path.resolve().is_relative_to(schemas_dir().resolve())
    if folder.name in METAS:
        content = read(path, METAS[folder.name])
        if is_ours and folder.name == "rules":
            read_rules(path.stem)
        elif is_ours and folder.name == "profiles":
            check_profile(path.stem)
        elif folder.name in ("schemes", "scores"):
            _check_points(content, file_name(path))
    elif path.stem in EDITED:
        read(path, path.stem)
    elif is_ours:
        read_texts(path)
    else:
        raise DeclarationError(str(path), core_text("wrong", "no_folder", known="、".join(METAS)))


def check_profile(name: str) -> None:
    """Raise DeclarationError for a profile that does not load, or says what nothing reads."""
    profile = load_profile.__wrapped__(name)
    merged, lineage = read_extending("profiles", profile.id, "profile")
    general, _ = read_extending("profiles", lineage[-1], "profile")
    texts = declaring_texts(merged, {alias: form_source(alias, merged) for alias in merged["forms"]})
    place = f"profiles/{profile.id}.json"
    _check_known(merged, general, "parameters", rf"{PARAMETERS}!%s(?!\w)", texts)
    _check_known(merged, general, "texts", r"\{%s\}", texts)
    _check_kinds(merged["parameters"], general["parameters"], f"{place}：parameters")
    _check_aliases(merged, f"{place}：indicators")
    _check_grading(merged.get("grading", {}), f"{place}：grading")
    check_weights(profile)


def _check_kinds(parameters: Json, usual: Json, place: str) -> None:
    """Raise DeclarationError for a text in place of a number, or the other way round."""
    for name, value in parameters.items():
        is_text = isinstance(usual.get(name, value), str)
        if is_text != isinstance(value, str):
            kind = core_text("source", "kinds", "string" if is_text else "number")
            why = core_text("source", "invalid", "type", known=kind, value=shown(value))
            raise DeclarationError(f"{place}/{name}", why)


def _check_aliases(merged: Json, place: str) -> None:
    """Raise DeclarationError for indicators of no form."""
    named = {
        *merged["forms"],
        *(levels for levels in merged["indicators"].values() if isinstance(levels, str)),
    }
    for alias in merged["indicators"]:
        if alias not in named:
            known = "、".join(merged["forms"])
            raise DeclarationError(f"{place}/{alias}", core_text("wrong", "no_form", known=known))


def _check_known(merged: Json, general: Json, key: str, use: str, texts: Sequence[str]) -> None:
    """Raise DeclarationError for a name under ``key`` that the general profile has not and nothing uses.

    ``use`` is a pattern with %s for the name.
    """
    for name in merged[key]:
        if name not in general[key] and not any(re.search(use % re.escape(name), text) for text in texts):
            place = f"profiles/{merged['id']}.json：{key}/{name}"
            raise DeclarationError(place, core_text("wrong", "unused", guess=guess(name, general[key])))


def _check_grading(grading: Json, place: str) -> None:
    if "scores" in grading:
        declared_file("scores", grading["scores"], f"{place}/scores")
    if "scheme" not in grading:
        return
    path = declared_file("schemes", grading["scheme"], f"{place}/scheme")
    scheme = read(path, "scheme")
    parts = [part for level in scheme["levels"] for item in level["items"] for part in item["parts"]]
    names = {part["date"] for part in parts if "date" in part}
    for name, day in grading.get("dates", {}).items():
        where = f"{place}/dates/{name}"
        if name not in names:
            raise DeclarationError(where, core_text("wrong", "no_date", known="、".join(sorted(names))))
        try:
            date.fromisoformat(day)
        except ValueError:
            raise DeclarationError(where, core_text("wrong", "no_day", day=day)) from None


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
            shown = {"weights": weights, "execution": execution, "points": points, "total": total}
            place = f"profiles/{profile.id}.json：indicators/{alias}"
            raise DeclarationError(place, core_text("wrong", "weights", **shown))


def _check_points(content: Json, where: str) -> None:
    """Raise DeclarationError where the points of the parts are not those of what they are parts of."""
    for name, points, parts in _divided(content):
        figures = [part["points"] for part in parts]
        if abs(sum(figures) - points) > _ROUNDING:
            shown = {"parts": " + ".join(f"{figure:g}" for figure in figures), "together": sum(figures)}
            raise DeclarationError(f"{where}：{name}", core_text("wrong", "points", points=points, **shown))


def _divided(content: Json) -> Iterator[tuple[str, float, list[Json]]]:
    """Name, points and parts of what a scheme or a score sheet divides."""
    for level in content.get("levels", ()):
        yield from ((item["id"], item["points"], item["parts"]) for item in level["items"])
    for dimension in content.get("dimensions", ()):
        yield dimension["name"], dimension["points"], dimension["items"]
