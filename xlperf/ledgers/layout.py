"""schemas/ledger.json and a profile → LedgerLayout: which column of which sheet feeds which field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlperf.core.errors import DeclarationError
from xlperf.core.paths import core_text, schemas_dir
from xlperf.declarations.forms_and_rules import Field, Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import expand, read
from xlperf.ledgers.headings import Headings


@dataclass(frozen=True, slots=True)
class Column:
    """A declared column. ``targets`` are (form alias, field or table column) it is written to.

    ``field`` is the first of them (None for pure keys such as codes); ``computed`` says that the
    field has a formula or a default, so that the column may be missing. Amounts of one row with
    the same ``compare`` are of one magnitude.
    """

    head: str
    role: str
    targets: tuple[tuple[str, str], ...]
    field: Field | None
    computed: bool
    optional: bool
    fallback: str
    compare: str
    is_label: bool
    about: str


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A declared sheet. ``row`` is what a row is: ``unit``, ``fields``, ``record`` or ``table``."""

    name: str
    row: str
    form: str
    project_form: str
    table: str
    about: str
    expected: bool
    columns: Mapping[str, Column]

    def head_of(self, role: str) -> str:
        """The head of the column with ``role``, "" when the sheet has none."""
        return next((column.head for column in self.columns.values() if column.role == role), "")

    @property
    def keys(self) -> tuple[str, ...]:
        """The headings without which no row can be placed."""
        return tuple(filter(None, (self.head_of("unit"), self.head_of("project"))))


@dataclass(frozen=True, slots=True)
class Suspicion:
    """When an amount looks like 元: see ``suspect`` in ledger.json."""

    times: float
    share: float
    factor: float
    unit: str
    row_share: float
    fewest: int
    peers: int
    least: float
    last_year: str
    staff: tuple[tuple[str, str], ...]
    per_head: Mapping[tuple[str, str], float]
    total: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """Rows of words around a table: see ``notes`` in ledger.json."""

    starts: tuple[str, ...]
    most: int
    title_unit: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Exports:
    """Tables of accounting systems with a subject a row: see ``exports`` in ledger.json."""

    sheet: str
    subject: frozenset[str]
    period: frozenset[str]
    amount: frozenset[str]


@dataclass(frozen=True, slots=True)
class LedgerLayout:
    """All of ledger.json, bound to one profile. ``per_unit`` says how many of a unit make the base unit.

    ``around_names``: what may follow the number before the name of a sheet, and the end of the name.
    """

    year: int
    guide_sheet: str
    guide: tuple[str, ...]
    amount_type: str
    base_unit: str
    per_unit: Mapping[str, float]
    suspicion: Suspicion
    percent_from: float
    ignored: frozenset[str]
    totals: frozenset[str]
    notes: Notes
    exports: Exports
    around_names: tuple[Sequence[str], str]
    sheet_names: Mapping[str, str]
    headings: Headings
    sheets: Mapping[str, SheetLayout]

    def is_amount(self, column: Column) -> bool:
        """Whether ``column`` holds money."""
        return column.field is not None and column.field.type.id == self.amount_type

    def is_total(self, text: str, *, ending: bool = False) -> bool:
        """Whether ``text`` is a word for totals, however it is typed, or, with ``ending``, ends with one."""
        if not any(word[0] in text for word in self.totals):
            return False
        key = self.headings.read(text).key
        return key in self.totals or (ending and key.endswith(tuple(self.totals)))


def load_layout(profile: Profile) -> LedgerLayout:
    """The ledger of ``profile``; columns for fields that the profile does not have are left out.

    Raises DeclarationError when ledger.json is wrong.
    """
    spec = read(schemas_dir() / "ledger.json", "ledger")
    years = {"年度": profile.year, "上年度": profile.year - 1}
    same = {word: [other.format_map(years) for other in others] for word, others in spec["same"].items()}
    amounts, suspect = spec["amounts"], spec["suspect"]
    notes, exports = spec["notes"], spec["exports"]
    return LedgerLayout(
        year=profile.year,
        guide_sheet=spec["guide_sheet"],
        guide=tuple(spec["guide"]),
        amount_type=amounts["type"],
        base_unit=amounts["base"],
        per_unit=amounts["per_unit"],
        suspicion=Suspicion(
            suspect["times"],
            suspect["share"],
            suspect["factor"],
            suspect["unit"],
            suspect["row_share"],
            suspect["fewest"],
            suspect["peers"],
            suspect["least"],
            suspect["last_year"],
            tuple(_address(text) for text in suspect["staff"]),
            {_address(text): most for text, most in suspect["per_head"].items()},
            tuple(_address(text) for text in suspect["total"]),
        ),
        percent_from=spec["percent_from"],
        ignored=frozenset(spec["ignored"]),
        totals=frozenset(spec["totals"]),
        notes=Notes(tuple(notes["starts"]), notes["most"], re.compile(notes["title_unit"])),
        exports=Exports(
            exports["sheet"], *(frozenset(exports[role]) for role in ("subject", "period", "amount"))
        ),
        around_names=(spec["around_names"]["before"], spec["around_names"]["after"]),
        sheet_names={other: name for name, others in spec["sheet_names"].items() for other in others},
        headings=Headings(same, frozenset(amounts["per_unit"]), amounts["before"], spec["leads"]),
        sheets={name: _sheet(name, entry, profile) for name, entry in spec["sheets"].items()},
    )


def check_layout() -> None:
    """Raise DeclarationError for a column of ledger.json that feeds no field of any profile."""
    layouts = [load_layout(load_profile(name)) for name in profile_ids()]
    spec = read(schemas_dir() / "ledger.json", "ledger")
    for name, sheet in spec["sheets"].items():
        for head in expand(sheet["columns"]):
            if not any(head in layout.sheets[name].columns for layout in layouts):
                place = f"ledger.json：sheets/{name}/columns/{head}"
                raise DeclarationError(place, core_text("wrong", "ledger_column"))


def _address(text: str) -> tuple[str, str]:
    form, _, field = text.partition("!")
    return form, field


def _sheet(name: str, spec: Mapping[str, Any], profile: Profile) -> SheetLayout:
    columns = (_column(head, entry, spec, profile) for head, entry in expand(spec["columns"]).items())
    return SheetLayout(
        name=name,
        row=spec["row"],
        form=spec.get("form", ""),
        project_form=spec.get("project_form", ""),
        table=spec.get("table", ""),
        about=spec["about"],
        expected=spec.get("expected", False),
        columns={column.head: column for column in columns if column.targets or column.role},
    )


def _column(head: str, entry: Mapping[str, Any], sheet: Mapping[str, Any], profile: Profile) -> Column:
    role = entry.get("role", "")
    if sheet["row"] == "table":
        form = profile.forms[sheet["form"]]
        fields = {(form.alias, name): field for name, field in form.tables[sheet["table"]].columns.items()}
        targets = [(form.alias, name) for name in (() if role else entry.get("to", (head,)))]
    else:
        fields = {
            (form.alias, name): field
            for form in profile.forms.values()
            for name, field in form.fields.items()
        }
        targets = [_address(text) for text in entry.get("to", ())]
    targets = [target for target in targets if target in fields]
    field = fields[targets[0]] if targets else None
    return Column(
        head=head,
        role=role,
        targets=tuple(targets),
        field=field,
        computed=field is not None and (field.formula is not None or field.default is not None),
        optional=entry.get("optional", False),
        fallback=entry.get("fallback", ""),
        compare=entry.get("compare", ""),
        is_label=entry.get("label", False),
        about=entry.get("about", ""),
    )
