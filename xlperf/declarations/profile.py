"""Profiles: a place and year with its forms, rules and parameters, loaded and made consistent.

Which profiles there are, and whether everything declared is sound.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from xlperf.core.errors import DeclarationError, InputError, XlperfError
from xlperf.core.json_files import text_of_file
from xlperf.core.paths import core_text, schemas_dir
from xlperf.core.user_files import user_cache
from xlperf.declarations.consistency import check_profile
from xlperf.declarations.fields import (
    Vocabulary,
    build_fields,
    build_tables,
    evaluation_order,
    load_vocabulary,
)
from xlperf.declarations.form_layout import build_rows, layout_labels
from xlperf.declarations.forms_and_rules import Form, LevelOne, PageSetup, Profile, Rule
from xlperf.declarations.rule_loading import read_rules
from xlperf.declarations.source import Json, merge, read, read_extending, read_texts


def profile_ids() -> list[str]:
    """The ids of all declared profiles, sorted; InputError when there is none."""
    names = sorted(path.stem for path in (schemas_dir() / "profiles").glob("*.json"))
    if not names:
        raise InputError(core_text("profiles", "none", folder=schemas_dir()))
    return names


@cache
def load_profile(name: str) -> Profile:
    """The profile ``name``, complete and checked; ``name`` is an id, or its Chinese name or place.

    Raises InputError for a name that does not exist or fits several, and DeclarationError, with file
    and place, for anything wrong in the declarations it is made of.
    """
    if name not in profile_ids():
        return load_profile(profile_id(name))
    merged, lineage = read_extending("profiles", name, "profile")
    return assemble(merged, lineage, {alias: form_source(alias, merged) for alias in merged["forms"]})


def general_profile() -> Profile:
    """The profile that all others extend."""
    return load_profile(load_profile(profile_ids()[0]).lineage[-1])


def assemble(merged: Json, lineage: tuple[str, ...], sources: Mapping[str, Json]) -> Profile:
    """The profile made of a merged declaration and of the complete declaration of each form, by alias.

    Raises DeclarationError as ``load_profile`` does.
    """
    place = f"profiles/{lineage[0]}.json"
    indicators = _indicators(merged["indicators"], place)
    words = load_vocabulary()
    forms = {alias: _form(alias, source, merged, indicators, words) for alias, source in sources.items()}
    rules = _rules(merged["rules"])
    year_rules = _rules(merged.get("year_rules", []))
    profile = Profile(
        id=merged["id"],
        name=merged["name"],
        place=merged["place"],
        year=merged["year"],
        sources=tuple(merged["sources"]),
        forms=forms,
        rules=rules,
        year_rules=year_rules,
        parameters=merged["parameters"],
        indicators=indicators,
        lineage=lineage,
        version=_version(sources, merged),
        grading=merged.get("grading", {}),
    )
    inputs = _inputs(merged, sources)
    if not user_cache().is_valid(*inputs):
        check_profile(profile, place)
        user_cache().add_valid(*inputs)
    return profile


def _inputs(merged: Json, sources: Mapping[str, Json]) -> list[str]:
    """All texts that decide whether a profile is consistent."""
    rules = [*merged["rules"], *merged.get("year_rules", [])]
    files = [*(f"rules/{name}" for name in rules), "types", "ratios", "scoring"]
    texts = [text_of_file(schemas_dir() / f"{name}.json") for name in files]
    return ["profile", json.dumps([merged, sources]), *texts]


def profile_id(name: str) -> str:
    """The id of the one profile that a Chinese name or place means: 岳阳市, 岳阳市 2024, 岳阳楼区.

    A whole name or place goes before the ends of name, place and year, and those before words inside.
    Raises InputError, with the candidates, where several fit, and for a name that none fits.
    """
    words = name.split()
    titles = {known: _titles(known) for known in profile_ids()} if words else {}
    ways: tuple[Callable[[Sequence[str]], bool], ...] = (
        lambda texts: name in texts,
        lambda texts: all(any(text.endswith(word) for text in texts) for word in words),
        lambda texts: all(word in " ".join(texts) for word in words),
    )
    for fits in ways:
        found = [known for known, texts in titles.items() if fits(texts)]
        if len(found) == 1:
            return found[0]
        if found:
            several = "、".join(f"{known}（{titles[known][0]}）" for known in found)
            raise InputError(core_text("profiles", "several", name=name, found=several))
    near = get_close_matches(name.lower(), profile_ids(), 1)
    guess = core_text("profiles", "guess", name=near[0]) if near else ""
    raise InputError(core_text("profiles", "unknown", name=name, guess=guess, known="、".join(profile_ids())))


def _titles(known: str) -> Sequence[str]:
    """Name, place and year of a profile; nothing for one whose declaration cannot be read."""
    try:
        declared, _ = read_extending("profiles", known, "profile")
    except DeclarationError:
        return ()
    return declared["name"], declared["place"], str(declared["year"])


@cache
def load_form(name: str, profile_id: str) -> Form:
    """A form that no profile holds, one that is read but never filed, with the texts of a profile."""
    merged, _ = read_extending("profiles", profile_id, "profile")
    source, _ = read_extending("forms", name, "form")
    outside = {**merged, "forms": {source["alias"]: name}}
    return _form(source["alias"], source, outside, {}, load_vocabulary())


def _indicators(spec: Mapping[str, Any], place: str) -> dict[str, tuple[LevelOne, ...]]:
    result: dict[str, tuple[LevelOne, ...]] = {}
    for alias, levels in spec.items():
        entries = spec.get(levels) if isinstance(levels, str) else levels
        if not isinstance(entries, list):
            why = core_text("wrong", "level1", name=levels)
            raise DeclarationError(f"{place}：indicators/{alias}", why)
        result[alias] = tuple(
            LevelOne(level["level1"], level["weight"], tuple(level["level2"])) for level in entries
        )
    return result


def form_source(alias: str, profile: Json) -> Json:
    """The declaration of a form with all it extends and the profile's patch merged in."""
    form, _ = read_extending("forms", profile["forms"][alias], "form")
    return merge(form, profile.get("patch", {}).get(alias, {}))


def _form(
    alias: str, source: Json, profile: Json, indicators: Mapping[str, tuple[LevelOne, ...]], words: Vocabulary
) -> Form:
    place = core_text("wrong", "form_place", form=profile["forms"][alias], profile=profile["id"])
    if source.get("abstract"):
        raise DeclarationError(place, core_text("wrong", "abstract"))
    years = {"年度": str(profile["year"]), "上年度": str(profile["year"] - 1)}
    texts = {**profile["texts"], **years, "附件": source["attachment"]}
    texts["标题"] = source["title"].format_map(texts)
    rows = build_rows(source, texts, place)
    labels = layout_labels(rows)
    fields = build_fields(source, labels, words, place)
    return Form(
        id=source["id"],
        alias=alias,
        title=texts["标题"],
        attachment=source["attachment"],
        sheet=source["sheet"],
        repeated=source.get("repeated", False),
        page=PageSetup(source["page"]["orientation"], _repeat_rows(source)),
        columns=tuple(float(width) for width in source["columns"]),
        fields=fields,
        tables=build_tables(source, labels, words, indicators.get(alias, ()), place),
        rows=rows,
        computed=evaluation_order(fields, place),
        place=place,
    )


def _repeat_rows(source: Json) -> tuple[int, int] | None:
    numbers = [source["order"].index(name) + 1 for name in source["page"].get("repeat", ())]
    return (min(numbers), max(numbers)) if numbers else None


def _rules(files: list[str]) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for name in files:
        for rule in read_rules(name):
            if rule.code in rules:
                why = core_text("wrong", "code_twice", code=rule.code, place=rules[rule.code].place)
                raise DeclarationError(rule.place, why)
            rules[rule.code] = rule
    return rules


def _version(sources: Mapping[str, Json], profile: Json) -> str:
    """12 hex digits over what decides the cells: forms, texts, parameters and indicator sets."""
    content = [sources, {key: profile[key] for key in ("texts", "parameters", "indicators", "year")}]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


EDITED = frozenset({"ledger", "lexicon", "notation", "ratios", "scoring", "types"})
"""Shared files that people edit; each has a meta-schema. The program alone reads the others."""

_EXECUTION, _TOTAL = "执行分值", "总分分值"
_ROUNDING = 1e-9
META = {"forms": "form", "profiles": "profile", "rules": "rule", "schemes": "scheme", "scores": "score"}


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
            shown = {"weights": weights, "execution": execution, "points": points, "total": total}
            place = f"profiles/{profile.id}.json：indicators/{alias}"
            raise DeclarationError(place, core_text("wrong", "weights", **shown))


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
