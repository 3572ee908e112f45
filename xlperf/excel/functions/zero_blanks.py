"""Ranges whose blank cells arrive as 0 (Office.js on the desktop) → the places where a 0 is a number."""

from xlperf.declarations.evaluation import compute
from xlperf.declarations.model import Profile
from xlperf.declarations.records import Record
from xlperf.intake.filing_reader import Received, SheetReading

Place = tuple[str, str]
"""Sheet and A1 address."""


def number_places(received: Received) -> frozenset[Place]:
    """The places for numbers on the recognised sheets of ``received``, which was read without any 0.

    Left out are formula cells whose formula gives no number for zeros alone: there the 0 was a blank.
    """
    places: set[Place] = set()
    for reading in received.reading.sheets if received.reading else ():
        assert received.profile is not None
        wordless = _without_number(reading, received.profile)
        form = reading.alignment.form
        for key, found in reading.record.provenance.items():
            field = form.fields[key] if isinstance(key, str) else form.tables[key[0]].columns[key[2]]
            if field.type.number and key not in wordless:
                places.add((reading.sheet.name, found.cell))
    return frozenset(places)


def _without_number(reading: SheetReading, profile: Profile) -> set[str]:
    """The fields whose formula gives no number when every field that is not filled in is 0."""
    form, record = reading.alignment.form, reading.record
    typed = (name for name, field in form.fields.items() if field.formula is None and field.type.number)
    fresh = Record(record.form, "", {name: record.fields.get(name) or 0.0 for name in typed})
    fresh.tables = {name: [dict(row) for row in rows] for name, rows in record.tables.items()}
    compute(fresh, profile)
    return {name for name in form.computed if not isinstance(fresh.fields.get(name), float)}
