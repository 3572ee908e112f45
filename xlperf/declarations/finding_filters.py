"""Which findings count: those whose codes a user selects, less those exempted.

Exemptions are approved deviations, each with reason and date, from a JSON file or an Excel sheet. An
exempted finding is counted apart and fails nothing; an exemption that has run out, or names no known code,
is itself a finding.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.core.errors import DeclarationError, InputError
from xlperf.core.json_files import parsed_json, text_of_file
from xlperf.core.lazy import LazyModule
from xlperf.declarations import codes
from xlperf.declarations.findings import Finding, Location, changed
from xlperf.declarations.source import text_of, texts_of
from xlperf.notation import parse_date

if TYPE_CHECKING:
    import python_calamine
else:
    python_calamine = LazyModule("python_calamine")


class Selection:
    """The findings whose code begins with one of ``selected`` (none given: all) and not of ``ignored``.

    ``is_everything``: none is left out.

    Where both fit, the longer beginning counts: ``B5`` selected, ``B501`` ignored leaves the other
    B5 codes; equally long ones leave a finding out. Each text may hold several, with commas.
    """

    def __init__(self, selected: Sequence[str], ignored: Sequence[str], known: Collection[str]) -> None:
        """Raise InputError for a beginning that no code of ``known`` has."""
        self.known = known
        self._keep = _prefixes(selected, known) or [""]
        self._drop = _prefixes(ignored, known)
        self.is_everything = self._keep == [""] and not self._drop

    def of(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those of ``findings`` that are selected; what follows from one that is not is listed on its own."""
        return [*changed(findings, lambda found: found if self._has(found.code) else None)]

    def _has(self, code: str) -> bool:
        return _fit(code, self._keep) > _fit(code, self._drop)


def close_to(word: str, known: Collection[str]) -> str:
    """``（是不是 B501？）`` for a misspelt code or name, "" when nothing is near."""
    near = get_close_matches(word.upper(), known, 1)
    return text_of("messages", "exemptions", "guess", name=near[0]) if near else ""


def _prefixes(texts: Sequence[str], known: Collection[str]) -> list[str]:
    prefixes = [part.strip().upper() for text in texts for part in text.replace("，", ",").split(",")]
    prefixes = [prefix for prefix in prefixes if prefix]
    for prefix in prefixes:
        if not any(code.startswith(prefix) for code in known):
            letters = "、".join(sorted({code[0] for code in known}))
            guess = close_to(prefix, known)
            raise InputError(
                text_of("messages", "exemptions", "no_code", prefix=prefix, guess=guess, letters=letters)
            )
    return prefixes


def _fit(code: str, prefixes: Sequence[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)


_OPTIONAL = "field"
_EVERY_UNIT = "*"
_EXPIRED, _UNKNOWN = "E901", "E902"


@dataclass(frozen=True, slots=True)
class Exemption:
    """One approved deviation, good through the day ``until``.

    ``unit`` is a code or name, ``*`` for all; ``field`` an id, label or row name, "" for all;
    ``row`` is its number in ``file``.
    """

    code: str
    unit: str
    field: str
    reason: str
    until: date
    file: str = ""
    row: int = 0

    def covers(self, finding: Finding) -> bool:
        """Whether the exemption speaks of this finding; the date is not looked at."""
        place = finding.location
        return (
            finding.code == self.code
            and self.unit in (_EVERY_UNIT, place.unit_code, place.unit_name)
            and self.field in ("", place.field, place.label, place.row_key)
        )


def read_exemptions(path: str | Path) -> list[Exemption]:
    """The exemptions in a .json file (a list of objects) or on the first sheet of a workbook.

    Raises InputError, naming file and entry, for a missing file, a missing value or a wrong date.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(text_of("messages", "exemptions", "no_file", path=path))
    rows = _read_json(file) if file.suffix.lower() == ".json" else _read_sheet(file)
    return [_exemption(entry, file, row) for row, entry in rows]


def apply(
    findings: Iterable[Finding], exemptions: Sequence[Exemption], known: Collection[str], today: date
) -> tuple[list[Finding], list[Finding], list[Finding]]:
    """Split ``findings`` into open and exempted ones; the third list is about the exemptions.

    ``known`` are all codes there are. Exempted findings carry the reason. What follows from an exempted
    finding is open, and listed on its own.
    """
    by_code: dict[str, list[Exemption]] = {}
    extra: list[Finding] = []
    for exemption in exemptions:
        if exemption.code not in known:
            extra.append(_about(_UNKNOWN, exemption, close_to(exemption.code, known)))
        elif exemption.until < today:
            extra.append(_about(_EXPIRED, exemption))
        else:
            by_code.setdefault(exemption.code, []).append(exemption)
    exempted: list[Finding] = []

    def left(finding: Finding) -> Finding | None:
        """The finding, or None for one that an exemption covers."""
        cover = next(
            (exemption for exemption in by_code.get(finding.code, ()) if exemption.covers(finding)), None
        )
        if cover is None:
            return finding
        exempted.append(replace(finding, exempt=cover.reason, link=None))
        return None

    opened = [*changed(findings, left)]
    return opened, exempted, extra


def _about(code: str, exemption: Exemption, guess: str = "") -> Finding:
    until = exemption.until.isoformat()
    place = Location(file=exemption.file)
    return codes.finding(
        code, place, row=exemption.row, exempted=exemption.code, unit=exemption.unit, until=until, guess=guess
    )


def _read_json(file: Path) -> list[tuple[int, Mapping[str, object]]]:
    try:
        content = parsed_json(text_of_file(file), str(file))
    except DeclarationError as error:
        raise InputError(text_of("messages", "exemptions", "no_json", why=error)) from error
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise InputError(text_of("messages", "exemptions", "no_list", file=file))
    return list(enumerate(content, start=1))


def _read_sheet(file: Path) -> list[tuple[int, Mapping[str, object]]]:
    try:
        cells = (
            python_calamine.CalamineWorkbook.from_path(str(file))
            .get_sheet_by_index(0)
            .to_python(skip_empty_area=False)
        )
    except Exception as error:
        raise InputError(text_of("messages", "exemptions", "no_workbook", file=file)) from error
    headings = [str(heading).strip() for heading in cells[0]] if cells else []
    missing = [
        heading for key, heading in _headings().items() if key != _OPTIONAL and heading not in headings
    ]
    if missing:
        raise InputError(text_of("messages", "exemptions", "no_columns", file=file, names="、".join(missing)))
    entries = [
        (row, {heading: value for heading, value in zip(headings, values, strict=False) if heading})
        for row, values in enumerate(cells[1:], start=2)
    ]
    return [(row, entry) for row, entry in entries if any(value != "" for value in entry.values())]


def _exemption(entry: Mapping[str, object], file: Path, row: int) -> Exemption:
    kind = "entry" if file.suffix.lower() == ".json" else "row"
    place, headings = text_of("messages", "exemptions", kind, file=file, row=row), _headings()
    keys = {heading: key for key, heading in headings.items()}
    values = {keys.get(key, key): value for key, value in entry.items()}
    strange = [key for key in values if key not in headings]
    if strange:
        known = "、".join(headings)
        raise InputError(
            text_of("messages", "exemptions", "strange", place=place, name=strange[0], known=known)
        )
    texts = {key: _text(values.get(key)) for key in headings}
    for key, text in texts.items():
        if not text and key != _OPTIONAL:
            raise InputError(
                text_of("messages", "exemptions", "blank", place=place, heading=headings[key], key=key)
            )
    until = _day(values["until"])
    if until is None:
        raise InputError(text_of("messages", "exemptions", "no_date", place=place, text=texts["until"]))
    code, unit, field = texts["code"].upper(), texts["unit"], texts["field"]
    return Exemption(code, unit, field, texts["reason"], until, str(file), row)


def _headings() -> Mapping[str, str]:
    """Key of an entry → the heading of its column, as declared."""
    declared: Mapping[str, str] = texts_of("messages")["exemptions"]["headings"]
    return declared


def _day(value: object) -> date | None:
    """The last day of a date as cells and people write it; 9999-12-31 means for ever."""
    text = _text(value)
    with suppress(ValueError):
        return date.fromisoformat(text)
    span = parse_date(value if isinstance(value, date) else text)
    return span.end if span else None


def _text(value: object) -> str:
    """The text of a JSON value or a cell; Excel keeps the code 101001 as the number 101001.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()
