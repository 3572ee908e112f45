"""The first paragraphs of a Word report → its title, unit and year; else both from the forms."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xlperf.declarations.source import Json, texts_of
from xlperf.intake.page import NESTED, SHEET
from xlperf.intake.reading import names
from xlperf.intake.reading.form_readings import (
    DocumentReading,
    Entry,
    FormReading,
    Indicator,
    PageValue,
    reason,
)
from xlperf.intake.reading.lexicon import Lexicon, lexicon
from xlperf.intake.reading.texts import flat, tidy

_COLUMNS = (names.INITIAL, names.ADJUSTED, names.EXECUTED, names.WEIGHT, names.RATE, names.SCORE)
_INDICATOR = (
    "level1",
    "level1_points",
    "level2",
    "level3",
    "target",
    "actual",
    "weight",
    "score",
    "deviation",
)
_FIRST_PARAGRAPHS = 15
_LONGEST_TEXT = 120
_MOST_UNUSED = 2000


def exported(reading: DocumentReading) -> Json:
    """``source``, ``report``, ``conventions``, ``forms`` and ``account`` of a file.

    A form has ``kind``, ``sheet`` (of workbooks), ``fields`` by official path (null where the page has
    nothing or leaves a choice), ``notes``, ``uncertain`` (path → reason and other readings), ``cells``
    (path → place) and ``indicators``.
    """
    lex, wording = lexicon(), texts_of("exported")
    return {
        "source": Path(reading.document.source).name,
        "report": _report(reading, wording["report"]),
        "conventions": wording["conventions"],
        "forms": [_form(form, lex, wording) for form in reading.forms],
        "account": _account(reading),
    }


def _account(reading: DocumentReading) -> Json:
    """Counts of cells by role, and every unused cell with its labels and the reason."""
    unused = list(reading.account.unused())
    return {
        "counts": reading.account.counts(),
        "unused": [_unused(entry) for entry in unused[:_MOST_UNUSED]],
        "unknown_labels": list(reading.unknown),
    }


def _unused(entry: Entry) -> Json:
    return {
        "sheet": entry.page.name,
        "cell": entry.cell.place,
        "text": flat(entry.cell.text)[:_LONGEST_TEXT],
        "labels": list(entry.labels),
        "headings": list(entry.headings),
        "reason": entry.reason,
    }


def _report(reading: DocumentReading, words: Json) -> Json:
    """Title, unit and year: of the report's first paragraphs, else of the forms."""
    forms = reading.forms
    paths = (names.DEPARTMENT, names.DOER, names.UNIT_NAME)
    units = [unit for form in forms for unit in (form.organisation, *map(form.plain, paths)) if unit]
    years = [form.year for form in forms if form.year]
    pages = reading.document.pages
    paragraphs = [text for page in pages if page.kind != NESTED for text in page.before]
    is_whole = any(form.kind in (names.UNIT, names.BASIC) for form in forms)
    title = None if is_whole else next((title for form in forms for title in form.titles), None)
    return _cover([*paragraphs, *reading.document.tail], units, years, words, title)


def _cover(
    paragraphs: Sequence[str], units: Sequence[Any], years: Sequence[int], words: Json, form_title: str | None
) -> Json:
    """``title``, ``unit`` and ``year`` as the first paragraphs of a report have them.

    ``units`` and ``years`` are those of the forms in the same file; ``words`` is the declaration
    ``report`` of exported.json. Without a cover the title is ``form_title``, else made of unit and year.
    """
    lines = ["".join(text.split()) for text in paragraphs if text.strip()]
    title = _cover_title(lines[:_FIRST_PARAGRAPHS], words)
    year = re.match(words["year"], title)
    number = int(year[1]) if year else next(iter(years), None)
    named = next((unit for unit in units if isinstance(unit, str)), None)
    unit = named or _cover_unit(title[year.end() :] if year else "", paragraphs, words)
    if not title and form_title:
        title = form_title
    elif not title and unit and number:
        title = words["title"].format(year=number, unit=unit)
    return {"title": title or None, "unit": unit, "year": number}


def _cover_title(lines: Sequence[str], words: Json) -> str:
    """The last run of paragraphs from one that begins with a year to one that ends as a title does."""
    found, run = "", ""
    for text in lines:
        run = text if re.match(words["year"], text) else run + text if run else ""
        if run.endswith(words["ending"]):
            found, run = run, ""
    return found


def _cover_unit(title: str, paragraphs: Sequence[str], words: Json) -> str | None:
    """The name in front of what the report is about, with the city that the text names before it."""
    name = re.split(words["subject"], title)[0]
    if not name:
        return None
    longer = re.findall(words["city"] + re.escape(name), "\n".join(paragraphs))
    return min(longer, key=len) if longer else name


def _form(form: FormReading, lex: Lexicon, wording: Json) -> Json:
    fields: Json = dict.fromkeys(_expected(form, lex))
    fields |= {path: value.value for path, value in form.fields.items()}
    fields |= {name: fields.get(name) for name in names.SIGNATURES if form.kind != names.ASSESSMENT}
    made: Json = {"kind": wording["forms"][form.kind]["kind"]}
    if form.page.kind == SHEET:
        made["sheet"] = form.page.name
    notes = {path: _notes(value, wording) for path, value in form.fields.items() if value.notes}
    for path, text in form.empty.items():
        notes.setdefault(path, wording["notes"]["nothing"].replace("——", tidy(text)))
    if note := wording["forms"][form.kind].get("indicators", {}).get("note"):
        notes["indicators"] = note
    return made | {
        "fields": fields,
        "notes": notes,
        "uncertain": {path: _doubt(value) for path, value in form.fields.items() if value.doubt},
        "cells": {path: value.cell.place for path, value in form.fields.items() if value.cell},
        "problems": form.problems,
        "indicators": [_row(indicator) for indicator in form.indicators],
    }


def _notes(value: PageValue, wording: Json) -> str:
    """The notes of a value; that a fraction is printed as a percentage is said as ``conventions`` has it."""
    printed = flat(value.raw)
    percent = {reason("from_percent", text=printed): wording["notes"]["percent"].format(text=printed)}
    return "；".join(percent.get(note, note) for note in value.notes)


def _doubt(value: PageValue) -> Json:
    return {"reason": value.doubt, "readings": list(value.others)}


def _row(indicator: Indicator) -> Json:
    row: dict[str, Any] = {name: indicator.plain(name) for name in _INDICATOR}
    row["level1_points"] = indicator.level1_points
    if indicator.parts is not None:
        row["target_parts"] = dict(indicator.parts)
    row["cells"] = {name: value.cell.place for name, value in indicator.values.items() if value.cell}
    return row


def _expected(form: FormReading, lex: Lexicon) -> list[str]:
    """The fields that every form of a kind has."""
    paths: list[str] = [*texts_of("reading")["forms"][form.kind]]
    root = names.FUND_ROOTS[form.kind]
    if form.kind == names.PROJECT:
        paths += [f"{root}/{row}/{column}" for row in lex.names["row"] for column in _COLUMNS]
    elif form.kind == names.UNIT:
        paths += [f"{root}/{names.TOTAL_FUNDS}/{column}" for column in _COLUMNS]
        paths += [f"{root}/{row}" for row in lex.names["group_row"]]
    elif form.kind == names.BASIC:
        paths += [path for path in lex.names["fact"] if "{" not in path]
    return paths
