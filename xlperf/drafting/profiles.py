"""An official blank attachment → a profile declaration with its forms, or with a patch of another's.

Where a declared profile resembles its grids, the draft extends that one and declares only the differences.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from xlperf.core.errors import InputError
from xlperf.declarations.fields import load_vocabulary
from xlperf.declarations.forms_and_rules import PARAMETERS, Form, Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import Json, text_of, texts_of
from xlperf.drafting.draft import FormDraft, ProfileDraft, comment
from xlperf.drafting.extending import extend, extending_keys, id_of_year
from xlperf.drafting.relations import relate
from xlperf.drafting.sheets import draft_form
from xlperf.drafting.slot_grid import Measures, SlotGrid, estimated_widths, grid_of, measures_of
from xlperf.drafting.wording import label, pattern, question, worded
from xlperf.intake.book import Book
from xlperf.intake.fixed_texts import fixed_texts
from xlperf.intake.kinds import open_file
from xlperf.intake.open_any import open_book
from xlperf.intake.profile_choice import Preference, preferred_by
from xlperf.notation import label_key
from xlperf.ooxml.received_bytes import Refused

ENOUGH = 0.5
"""Share of a form's labels that must be found for a sheet to be that form."""
_EXACT = 0.01
_DIGITS = 6


def closest_profile(grids: Sequence[SlotGrid], year: int) -> Profile:
    """The profile whose forms have most labels in common with ``grids``, same wording counting more.

    Of those alike, the one of the place that is named, else the most general.
    """
    text = "\n".join("".join(slot.text.split()) for grid in grids for slot in grid.slots())

    def alike(profile: Profile) -> tuple[float, Preference]:
        """How much a profile resembles the grids; of those that do so equally, which is preferred."""
        shares = (max(_share(grid, form, profile, year) for form in profile.forms.values()) for grid in grids)
        return round(sum(shares), _DIGITS), preferred_by(text, profile)

    return max(map(load_profile, profile_ids()), key=alike)


def matched_forms(grids: Sequence[SlotGrid], profile: Profile, year: int) -> Mapping[int, str]:
    """Index of a grid → alias of the form of ``profile`` it is, each form once."""
    scored = sorted(
        (
            (_share(grid, form, profile, year), -index, alias)
            for index, grid in enumerate(grids)
            for alias, form in profile.forms.items()
        ),
        reverse=True,
    )
    found: dict[int, str] = {}
    for score, index, alias in scored:
        if score >= ENOUGH and -index not in found and alias not in found.values():
            found[-index] = alias
    return found


def _share(grid: SlotGrid, form: Form, profile: Profile, year: int) -> float:
    """The share of the form's texts that are found on the grid, whatever their wording."""
    texts = [slot.text for slot in grid.slots() if slot.is_label]
    said = {worded(text, year) for text in texts}
    known = fixed_texts(form)
    own = {worded(text, profile.year) for row in known.rows.values() for text in row.values()}
    exact = {label_key(text) for text in texts}
    return len(own & said) / len(own) + _EXACT * len(known.counts.keys() & exact) / len(known.counts)


_YEAR = r"(?<![0-9])(20[0-9]{{2}})\s*{mark}"
_HEAD_ROWS = 8
_LONGEST_TAB = 25
_LONGEST_ALIAS = 6
_TAB_SIGNS = re.compile(r"[\[\]:*?/\\]")
_DOCUMENTS = ("docx", "doc")


def draft_file(
    path: str | Path, profile_id: str = "", extends: str = "", *, fresh: bool = False
) -> ProfileDraft:
    """Draft the declarations of an official attachment.

    ``extends`` names the profile to extend, the closest one where it is ""; ``fresh`` extends none.
    Raises InputError for a file that cannot be read or has no form, and for an unknown profile.
    """
    try:
        opened, book = open_file(path), open_book(path)
    except Refused as error:
        raise InputError(f"{error.finding.message}{error.finding.fix}") from None
    visible = [grid_of(book, sheet) for sheet in book.sheets if sheet.state == "visible"]
    grids = [grid for grid in visible if grid.columns > 1 and sum(slot.is_label for slot in grid.slots()) > 2]
    if not grids:
        raise InputError(text_of("drafting", "messages", "no_form", path=path))
    printed_year = max((year for grid in grids for year in _years(grid)), default=0)
    base = load_profile(extends) if extends else closest_profile(grids, printed_year)
    year = printed_year or base.year
    matched = {} if fresh else matched_forms(grids, base, year)
    maker = _Maker(book, grids, year, base, measures_of(opened), profile_id)
    draft = maker.extending(matched) if matched or (extends and not fresh) else maker.alone()
    if not printed_year:
        draft.questions.append(question("year", value=year))
    draft.profile = {"id": draft.id, **comment(draft.questions), **draft.profile}
    return draft


def _years(grid: SlotGrid) -> list[int]:
    rows = range(1, min(grid.rows, _HEAD_ROWS) + 1)
    printed = pattern(_YEAR.format(mark=texts_of("drafting")["year_mark"]))
    return [int(year) for row in rows for slot in grid.starting(row) for year in printed.findall(slot.text)]


class _Maker:
    def __init__(
        self,
        book: Book,
        grids: Sequence[SlotGrid],
        year: int,
        base: Profile,
        measures: Mapping[str, Measures],
        profile_id: str,
    ) -> None:
        self.book, self.grids, self.year, self.base, self.measures = book, grids, year, base, measures
        self.profile = extending_keys(base, year, Path(book.path).name)
        self.profile_id = profile_id
        self.questions = [question("sources")]

    def extending(self, matched: Mapping[int, str]) -> ProfileDraft:
        """A draft that says how the sheets differ from the forms of ``base``."""
        drafts = {alias: self._drafted(index, ()) for index, alias in matched.items()}
        self.id = self.profile_id or id_of_year(self.base, self.year)
        differing, asked = extend(self.base, self.year, drafts)
        self.questions += asked
        profile = {**self.profile, **differing}
        grids = {alias: draft.grid for alias, draft in drafts.items()}
        new = self._new_forms(profile, [i for i in range(len(self.grids)) if i not in matched], grids)
        return ProfileDraft(self.id, self.base.id, profile, new, grids, self.questions)

    def alone(self) -> ProfileDraft:
        """A draft of its own, with the parameters of ``base`` that its formulas need."""
        grids: dict[str, SlotGrid] = {}
        profile: Json = {
            **{key: self.profile[key] for key in ("name", "place", "year", "sources")},
            "forms": {},
            "rules": [],
            "texts": {},
            "parameters": {},
            "indicators": {},
        }
        self.id = self.profile_id or f"draft-{self.year}"
        self.questions += [
            question("closest", value=self.base.id),
            question("place", value=self.base.place),
        ]
        forms = self._new_forms(profile, range(len(self.grids)), grids)
        return ProfileDraft(self.id, "", profile, forms, grids, self.questions)

    def _drafted(self, index: int, reserved: Sequence[str]) -> FormDraft:
        grid = self.grids[index]
        draft = draft_form(grid, self.year, reserved)
        relate(draft, self.book.names_on(grid.name))
        measured = self.measures.get(grid.name)
        estimated = estimated_widths(grid)
        if measured:
            numbers = range(1, grid.columns + 1)
            draft.widths = tuple(measured.widths.get(number, estimated[number - 1]) for number in numbers)
            for row in draft.rows:
                row.height = measured.heights.get(row.top, 0.0)
        else:
            draft.widths = estimated
        if self.book.kind not in _DOCUMENTS:
            draft.tab = grid.name[:_LONGEST_TAB]
        every = "".join(label(slot.text) for slot in grid.slots())
        draft.repeated = bool(pattern(texts_of("drafting")["repeated"]).search(every))
        if draft.repeated:
            draft.tab = draft.tab.rstrip("0123456789（）()") or draft.tab
        return draft

    def _new_forms(
        self, profile: Json, indices: Sequence[int], grids: dict[str, SlotGrid]
    ) -> dict[str, Json]:
        """Declarations of the sheets that no form is like; ``profile`` and ``grids`` take them in."""
        forms: dict[str, Json] = {}
        singles = [form for form in self.base.forms.values() if profile.get("extends") and not form.repeated]
        reserved = [name for form in singles for name in form.fields]
        for index in indices:
            draft = self._drafted(index, reserved)
            if not draft.repeated:
                reserved += draft.fields
            draft.alias = self._alias(draft, [*grids, *(self.base.forms if profile.get("extends") else ())])
            draft.tab = draft.tab or _TAB_SIGNS.sub("", draft.title.replace("{", "").replace("}", ""))
            draft.tab = draft.tab[:_LONGEST_TAB]
            stem = f"{self.id}-{draft.alias}"
            self._ask_about(draft, stem, is_extending=bool(profile.get("extends")))
            forms[stem] = draft.declaration()
            grids[draft.alias] = draft.grid
            profile.setdefault("forms", {})[draft.alias] = stem
            if draft.indicators:
                profile.setdefault("indicators", {})[draft.alias] = draft.indicators
            self._parameters(profile, forms[stem])
        return forms

    def _ask_about(self, draft: FormDraft, stem: str, *, is_extending: bool) -> None:
        name = draft.grid.name
        if is_extending:
            draft.questions.append(question("form_new", name, base=self.base.id, value=stem))
        draft.questions.append(question("alias", name, value=draft.alias))
        if draft.repeated:
            draft.questions.append(question("repeated", name))
        if name not in self.measures:
            draft.questions.append(question("widths", name))
        self.questions += draft.questions

    def _alias(self, draft: FormDraft, taken: Sequence[str]) -> str:
        declared = [
            alias
            for alias, text in texts_of("drafting")["aliases"].items()
            if pattern(text).search(label(draft.title))
        ]
        plain = re.sub(
            rf"\W|[0-9]|{texts_of('drafting')['year_suffix']}", "", re.sub(r"\{.*?\}", "", draft.title)
        )[:_LONGEST_ALIAS]
        names = [*declared[:1], plain, *(f"{plain}{number}" for number in range(2, len(taken) + 3))]
        return next(str(name) for name in names if name and name not in taken)

    def _parameters(self, profile: Json, form: Json) -> None:
        """The parameters that the formulas of a form need, where no profile above gives them."""
        if profile.get("extends"):
            return
        text = _formulas(form)
        needed = [name for name in self.base.parameters if f"{PARAMETERS}!{name}" in text]
        profile["parameters"] |= {name: self.base.parameters[name] for name in needed}


def _formulas(form: Json) -> str:
    """All formulas of a form declaration, ratios and scorings as they are declared, as one text."""
    words = load_vocabulary()
    columns = [column for table in form["tables"].values() for column in table["columns"].values()]
    fields = [*form["fields"].values(), *columns]
    scorings = [words.scorings[field["scoring"]]["formula"] for field in fields if "scoring" in field]
    ratios = [words.quotient for field in fields if "ratio" in field]
    return "\n".join([*(field.get("formula", "") for field in fields), *scorings, *ratios])
