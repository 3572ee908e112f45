"""A Record is what one form says: field → value, table → rows, each value with its Provenance.

A Filing is the records of one unit. Both are plain data: readers make them, checks read them,
the writer writes them.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field

from xlperf.expressions import Value

Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value was found, and as what.

    ``cell`` is A1 without sheet; ``raw`` the value as stored; ``formula`` the text without "=";
    ``digits`` the decimals printed, in the stored number's own scale (98.49% → 4), None when
    unknown; ``note`` says in Chinese what was normalised, "" when nothing was.
    """

    sheet: str
    cell: str
    raw: Value = None
    formula: str | None = None
    digits: int | None = None
    note: str = ""


@dataclass(slots=True)
class Record:
    """The values of one form. ``form`` is the form's alias (``基础``, ``整体``, ``项目``).

    Provenance keys are a field id, or ``(table, row index from 0, column id)``. ``unknown`` are the names,
    as expressions have them, and the keys of values that rules must not judge by; ``weights`` the points of
    level-1 names where the page's count and not the profile's.
    """

    form: str
    sheet: str
    fields: dict[str, Value] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    provenance: MutableMapping[str | tuple[str, int, str], Provenance] = field(default_factory=dict)
    unknown: frozenset[str | tuple[str, int, str]] = frozenset()
    weights: Mapping[str, float] | None = None

    def value(self, at: str | tuple[str, int, str]) -> Value:
        """The value with the provenance key ``at``, None for nothing."""
        return self.fields.get(at) if isinstance(at, str) else self.tables[at[0]][at[1]].get(at[2])


@dataclass(slots=True)
class Filing:
    """All that one unit sends in one workbook. ``file`` is "" before it is written.

    ``records`` keep the profile's form order; a repeated form has one record for each sheet.
    ``is_guessed``: nothing names the unit, which is called as its file is.
    """

    unit_code: str
    unit_name: str
    profile: str
    records: list[Record] = field(default_factory=list)
    file: str = ""
    is_guessed: bool = False

    def of(self, alias: str) -> list[Record]:
        """The records of one form, in sheet order."""
        return [record for record in self.records if record.form == alias]
