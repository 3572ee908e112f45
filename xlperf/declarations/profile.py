"""Profiles: a place and year with its forms, rules and parameters, loaded and made consistent."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from xlperf.core.errors import DeclarationError, InputError
from xlperf.core.json_files import text_of_file, validate
from xlperf.core.paths import core_text, schemas_dir
from xlperf.core.user_files import user_cache
from xlperf.declarations.consistency import check_consistency
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
from xlperf.declarations.source import Json, declared_file, filled, merge, read_extending

_OF_A_PROFILE = ("forms", "rules", "texts", "parameters", "indicators")
_OF_A_FORM = (
    "id", "alias", "title", "attachment", "sheet", "page", "columns", "fields", "tables", "rows", "order",
)  # fmt: skip
"""What a profile and a form must have, by themselves or from what they extend."""


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
    place = f"profiles/{name}.json"
    if merged["id"] != name:
        raise DeclarationError(f"{place}：id", core_text("wrong", "other_id", id=merged["id"], name=name))
    _require(merged, _OF_A_PROFILE, place)
    for alias in merged.get("patch", ()):
        if alias not in merged["forms"]:
            known = "、".join(merged["forms"])
            raise DeclarationError(f"{place}：patch/{alias}", core_text("wrong", "no_form", known=known))
    return assemble(merged, lineage, {alias: form_source(alias, merged) for alias in merged["forms"]})


def general_profile() -> Profile:
    """The profile that all others extend."""
    return load_profile(load_profile(profile_ids()[0]).lineage[-1])


def assemble(merged: Json, lineage: tuple[str, ...], sources: Mapping[str, Json]) -> Profile:
    """The profile made of a merged declaration and of the complete declaration of each form, by alias.

    Raises DeclarationError as ``load_profile`` does.
    """
    place = f"profiles/{lineage[0]}.json"
    texts = declaring_texts(merged, sources)
    is_known = user_cache().is_valid("profile", *texts)
    for alias, source in sources.items() if not is_known else ():
        validate(source, "form", _form_place(merged, alias))
        _require(source, _OF_A_FORM, _form_place(merged, alias))
    indicators = _indicators(merged["indicators"], place)
    words = load_vocabulary()
    forms = {alias: _form(alias, source, merged, indicators, words) for alias, source in sources.items()}
    taken: dict[str, Rule] = {}
    rules = _rules(merged["rules"], f"{place}：rules", taken)
    year_rules = _rules(merged.get("year_rules", []), f"{place}：year_rules", taken)
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
    if not is_known:
        check_consistency(profile, place)
        user_cache().add_valid("profile", *texts)
    return profile


def declaring_texts(merged: Json, sources: Mapping[str, Json]) -> list[str]:
    """All texts that decide whether a profile is consistent."""
    place = f"profiles/{merged['id']}.json：rules"
    rules = (
        declared_file("rules", name, place) for name in [*merged["rules"], *merged.get("year_rules", [])]
    )
    paths = [*rules, *(schemas_dir() / f"{name}.json" for name in ("types", "ratios", "scoring"))]
    return [json.dumps([merged, sources], ensure_ascii=False), *map(text_of_file, paths)]


def _require(content: Json, keys: Sequence[str], place: str) -> None:
    """Raise DeclarationError for the first of ``keys`` that a merged declaration does not have."""
    for key in keys:
        if key not in content:
            raise DeclarationError(place, core_text("wrong", "not_declared", key=key))


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
    name, place = profile["forms"][alias], f"profiles/{profile['id']}.json：forms/{alias}"
    form, _ = read_extending("forms", declared_file("forms", name, place).stem, "form")
    return merge(form, profile.get("patch", {}).get(alias, {}))


def _form(
    alias: str, source: Json, profile: Json, indicators: Mapping[str, tuple[LevelOne, ...]], words: Vocabulary
) -> Form:
    place = _form_place(profile, alias)
    if source.get("abstract"):
        raise DeclarationError(place, core_text("wrong", "abstract"))
    years = {"年度": str(profile["year"]), "上年度": str(profile["year"] - 1)}
    texts = {**profile["texts"], **years, "附件": source["attachment"]}
    texts["标题"] = filled(source["title"], texts, f"{place}：title")
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
        page=PageSetup(source["page"]["orientation"], _repeat_rows(source, place)),
        columns=tuple(float(width) for width in source["columns"]),
        fields=fields,
        tables=build_tables(source, labels, words, indicators.get(alias, ()), place),
        rows=rows,
        computed=evaluation_order(fields, place),
        place=place,
    )


def _form_place(profile: Json, alias: str) -> str:
    return core_text("wrong", "form_place", form=profile["forms"][alias], profile=profile["id"])


def _repeat_rows(source: Json, place: str) -> tuple[int, int] | None:
    names, order = source["page"].get("repeat", ()), source["order"]
    for name in names:
        if name not in order:
            raise DeclarationError(f"{place}：page/repeat", core_text("wrong", "row", name=name))
    numbers = [order.index(name) + 1 for name in names]
    return (min(numbers), max(numbers)) if numbers else None


def _rules(files: list[str], place: str, taken: dict[str, Rule]) -> dict[str, Rule]:
    """The rules of some files by code; ``taken`` are those that have been read."""
    rules: dict[str, Rule] = {}
    for name in files:
        for rule in read_rules(declared_file("rules", name, place).stem):
            if rule.code in taken:
                why = core_text("wrong", "code_twice", code=rule.code, place=taken[rule.code].place)
                raise DeclarationError(rule.place, why)
            rules[rule.code] = taken[rule.code] = rule
    return rules


def _version(sources: Mapping[str, Json], profile: Json) -> str:
    """12 hex digits over what decides the cells: forms, texts, parameters and indicator sets."""
    content = [sources, {key: profile[key] for key in ("texts", "parameters", "indicators", "year")}]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]
