"""A profile that extends another: by drafted sheets that resemble its own, or for the year that follows."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import assemble, form_source
from xlperf.declarations.source import Json, read_extending, text_of
from xlperf.drafting.draft import FormDraft, ProfileDraft, comment
from xlperf.drafting.patches import Difference, difference
from xlperf.drafting.wording import OpenPoint, question
from xlperf.notation import label_key


def extend(base: Profile, year: int, drafts: Mapping[str, FormDraft]) -> tuple[Json, list[OpenPoint]]:
    """How the forms of ``year``, drafted by alias, differ from those of ``base``, and what is open.

    The difference are the keys of a profile declaration, empty ones left out.
    """
    declared_texts: Mapping[str, str] = read_extending("profiles", base.id, "profile")[0]["texts"]
    texts = _agreed(_compared(base, year, drafts, {}).values(), declared_texts)
    found = _compared(base, year, drafts, texts)
    asked: list[OpenPoint] = []
    parameters = _parameters(base, found, asked)
    for form_difference in found.values():
        asked += form_difference.questions
    keys: Json = {
        "texts": texts,
        "parameters": parameters,
        "indicators": _indicators(base, drafts),
        "patch": {alias: found[alias].patch for alias in base.forms if alias in found and found[alias].patch},
    }
    for alias, form in base.forms.items():
        if alias not in drafts:
            asked.append(question("form_missing", base=base.id, value=form.title))
    return {key: value for key, value in keys.items() if value}, asked


def _compared(
    base: Profile, year: int, drafts: Mapping[str, FormDraft], texts: Mapping[str, str]
) -> Mapping[str, Difference]:
    """Alias → how a draft differs from its form of ``base``, assembled for ``year`` with ``texts``."""
    merged, lineage = read_extending("profiles", base.id, "profile")
    changed = {**merged, "year": year, "texts": {**merged["texts"], **texts}}
    sources = {alias: form_source(alias, merged) for alias in merged["forms"]}
    profile = assemble(changed, lineage, sources)
    return {
        alias: difference(draft, profile.forms[alias], sources[alias], profile)
        for alias, draft in drafts.items()
    }


def _agreed(found: Iterable[Difference], declared_texts: Mapping[str, str]) -> dict[str, str]:
    """Name of a text of the profile → what most cells that name it now say, where that differs."""
    counts: dict[str, Counter[str]] = {}
    for name, text in (pair for form_difference in found for pair in form_difference.texts):
        if name in declared_texts:
            counts.setdefault(name, Counter())[text] += 1
    most = {name: counted.most_common(1)[0][0] for name, counted in counts.items()}
    return {name: text for name, text in most.items() if label_key(text) != label_key(declared_texts[name])}


def _parameters(base: Profile, found: Mapping[str, Difference], asked: list[OpenPoint]) -> Json:
    """Changed parameters: of the profile where all forms print the same figure, else of the form."""
    printed: dict[str, set[float]] = {}
    for name, value in (
        pair for form_difference in found.values() for pair in form_difference.parameters.values()
    ):
        printed.setdefault(name, set()).add(value)
    changed = {name: values for name, values in printed.items() if values != {base.parameters[name]}}
    for form_difference in found.values():
        for field, (name, value) in form_difference.parameters.items():
            if len(changed.get(name, ())) > 1 and value != base.parameters[name]:
                form_difference.patch.setdefault("fields", {})[field] = {"default": f"{value:.15g}"}
    agreed = {name: values.pop() for name, values in changed.items() if len(values) == 1}
    for name, value in agreed.items():
        asked.append(question("parameter", name=name, value=f"{value:.15g}"))
    return {name: int(value) if value == int(value) else value for name, value in agreed.items()}


def _indicators(base: Profile, drafts: Mapping[str, FormDraft]) -> Json:
    """The level-1 indicators of every form, where any form has others than in ``base``; else nothing."""
    known = {
        alias: [
            {"level1": level.name, "weight": level.weight, "level2": list(level.children)} for level in levels
        ]
        for alias, levels in base.indicators.items()
    }
    changed = {alias: draft.indicators for alias, draft in drafts.items() if draft.indicators}
    merged = {alias: changed.get(alias, levels) for alias, levels in known.items()}
    return merged if merged != known else {}


def next_year(base: Profile, year: int | None = None) -> ProfileDraft:
    """The forms and rules of ``base`` in ``year``, by default the following one, without its dates."""
    year = year or base.year + 1
    dates = _without_dates(base)
    asked = [question("sources"), *(question("dates", value="、".join(base.grading["dates"])) for _ in dates)]
    own = extending_keys(base, year, text_of("drafting", "messages", "same_forms", name=base.name))
    name = id_of_year(base, year)
    return ProfileDraft(name, base.id, {"id": name, **comment(asked), **own}, {}, {}, asked)


def extending_keys(base: Profile, year: int, source: str) -> Json:
    """What a profile of ``year`` that extends ``base`` says besides the differences of its forms."""
    name = base.name.replace(str(base.year), str(year))
    return {
        "extends": base.id,
        "name": name,
        "place": base.place,
        "year": year,
        "sources": [source],
        **(_without_dates(base) if year != base.year else {}),
    }


def id_of_year(base: Profile, year: int) -> str:
    """The id of ``base`` with another year; the year is added where it has none, or the same."""
    following = re.sub(r"[0-9]{4}$", str(year), base.id)
    return following if following != base.id else f"{following}-{year}"


def _without_dates(base: Profile) -> Json:
    """The ``grading`` that takes the dates of ``base`` out; nothing where it has none."""
    dates = base.grading.get("dates", {})
    return {"grading": {"dates": dict.fromkeys(dates)}} if dates else {}
