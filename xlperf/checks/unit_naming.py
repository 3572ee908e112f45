"""Whose workbook it is: from the file name 编码_名称.xlsx, else from the name filled in."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.declarations.source import texts_of
from xlperf.expressions import Value
from xlperf.ledgers.layout import Column, load_layout
from xlperf.notation.text import is_same_name

_FILE_NAME = re.compile(r"([0-9A-Za-z]+(?:-[0-9A-Za-z]+)*)[_＿](.+)")
_SEPARATOR = re.compile("[_＿]")
_YEAR = re.compile("20[0-9]{2}")
_NAME_ROLE = "name"


def name_unit(filing: Filing, profile: Profile, printed: str = "") -> None:
    """Set the unit code and name of ``filing``: as its file is named, else as filled in, else ``printed``.

    Without any of these the name is guessed: that of the file.
    """
    filing.unit_code, name = named_unit(filing.file)
    name = name or filled_name(filing, profile)[0] or printed
    filing.unit_name, filing.is_guessed = name or Path(filing.file).stem, not name


def named_unit(path: str | Path) -> tuple[str, str]:
    """Code and name of the unit as a file, folder or .zip is named after it; both "" where it is not.

    Behind a code, words for what a file is (report, 自评表) and Latin ones are no name: the name is "" then.
    """
    match = _FILE_NAME.fullmatch(Path(path).stem)
    if match is None:
        return "", ""
    code, name = match.groups()
    named = _without_kind(name)
    if named:
        return code, named
    return ("", "") if _YEAR.fullmatch(code) else (code, "")


def _without_kind(name: str) -> str:
    """The name without the pieces behind _ that say what the file is; "" where nothing else is there."""
    pieces = _SEPARATOR.split(name)
    while pieces and not _is_name(pieces[-1]):
        pieces.pop()
    return name[: sum(map(len, pieces)) + len(pieces) - 1] if pieces else ""


def _is_name(text: str) -> bool:
    """Whether a piece has more than words for what files are and Latin ones."""
    rest = _what_files_are().sub("", text.lower())
    return any(char.isalnum() and not char.isascii() for char in rest)


@cache
def _what_files_are() -> re.Pattern[str]:
    return re.compile("|".join(texts_of("received")["not_units"]))


def filled_name(filing: Filing, profile: Profile) -> tuple[str, Record | None, str]:
    """The unit's name as written in the forms, "" where none is, with its record and field id."""
    for alias, field in _name_fields(profile.id):
        for record in filing.of(alias):
            value = record.fields.get(field)
            if isinstance(value, str):
                return "".join(value.split()), record, field
    return "", None, ""


def spelt_alike(record: Record, common: Mapping[str, Value], profile: Profile) -> dict[str, str]:
    """The fields of a repeated form that name the filing's unit, each with the name as ``common`` spells it.

    Rules compare names as texts; what makes no difference between names must make none there.
    """
    unit = next(
        (name for _, field in _name_fields(profile.id) if isinstance(name := common.get(field), str)), ""
    )
    fields = [field for alias, field in unit_targets(profile.id) if alias == record.form]
    values = {field: record.fields.get(field) for field in fields}
    return {
        field: unit
        for field, value in values.items()
        if isinstance(value, str) and value != unit and is_same_name(value, unit)
    }


@lru_cache
def unit_targets(profile_id: str) -> tuple[tuple[str, str], ...]:
    """Form alias and field id of units on repeated forms: what the ledger fills from the unit's row."""
    forms = load_profile(profile_id).forms
    targets = (target for column in _columns(profile_id) if column.fallback for target in column.targets)
    return tuple((alias, field) for alias, field in targets if forms[alias].repeated)


@lru_cache
def _name_fields(profile_id: str) -> tuple[tuple[str, str], ...]:
    """Form alias and field id of the unit's name, as the declaration of the ledger maps it."""
    named = (column for column in _columns(profile_id) if column.role == _NAME_ROLE)
    return tuple(target for column in named for target in column.targets)


def _columns(profile_id: str) -> list[Column]:
    """The columns of the ledger."""
    sheets = load_layout(load_profile(profile_id)).sheets.values()
    return [column for sheet in sheets for column in sheet.columns.values()]
