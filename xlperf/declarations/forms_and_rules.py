"""The declarations of schemas/ as frozen dataclasses: Profile → Form → Field, Table, Row, Rule.

Everything downstream (blank workbooks, mass filling, reading, checking, documentation) reads
these objects and nothing else; what they say was written once, in JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from xlperf.expressions import Evaluator, Node

PARAMETERS = "参数"
"""The scope that a profile's parameters have in expressions: ``参数!执行分值``."""

LAST_YEAR = "上年."
"""What names of last year's figures begin with in rules: ``上年.编制数``."""
LAST_YEAR_FACTS = ("文件", "年度", "项目数")
"""What rules may say of last year besides figures: the file, the year, how many projects there were."""


class Severity(Enum):
    """How much a finding weighs; the value is what users read."""

    ERROR = "错误"
    WARNING = "警告"
    NOTE = "提示"

    @property
    def english(self) -> str:
        """``error``, ``warning`` or ``note``: the word used in JSON, SARIF and JUnit."""
        return self.name.lower()

    @property
    def rank(self) -> int:
        """0 for the gravest, for sorting and for comparing with ``--fail-on``."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Limit:
    """What may be typed into a cell: ``kind`` is ``decimal`` or ``whole``, bounds inclusive."""

    kind: str
    min: float
    max: float


@dataclass(frozen=True, slots=True)
class FieldType:
    """One entry of types.json: how values of a type are written, printed and limited.

    ``digits`` counts decimals of the stored number (a rate printed 98.49% has 4).
    """

    id: str
    name: str
    unit: str
    number: bool
    format: str
    digits: int
    align: str
    limit: Limit | None
    prompt: str
    error: str


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One value of a form, or one column of a table.

    ``label`` is what users read; ``formula`` is the parsed expression of a computed value and
    ``function`` the same compiled; ``default`` is compiled likewise;
    ``derive``/``source`` name a reading of another column's text (see notation); ``suggest`` names
    the column whose number fills an empty cell when a ledger is filled in; ``ratio`` names the declared
    ratio that it is. A field that no
    row of the layout shows is *virtual*: computed for rules, never written to a sheet.
    """

    id: str
    label: str
    type: FieldType
    required: bool = False
    formula: Node | None = None
    formula_text: str = ""
    function: Evaluator | None = field(default=None, compare=False, repr=False)
    default: Node | None = None
    default_function: Evaluator | None = field(default=None, compare=False, repr=False)
    basis: str = ""
    merge: bool = False
    display: str = ""
    placeholder: str = ""
    indent: int = 0
    align: str = ""
    derive: str = ""
    source: str = ""
    suggest: str = ""
    ratio: str = ""
    virtual: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A block of repeated rows. ``levels`` are the columns whose equal neighbours are merged.

    ``default_rows`` are the rows a blank shows: each maps column ids to preset texts.
    """

    id: str
    label: str
    columns: Mapping[str, Field]
    levels: tuple[str, ...]
    computed: tuple[str, ...]  # column ids with a formula, each after what it depends on
    default_rows: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the layout: columns ``first``–``last`` (1-based), ``down`` rows high.

    Exactly one of: ``field`` (a field or column id), ``text`` (static, parameters already
    filled in), or ``line`` (alternating static text and field ids, one sentence in one cell).
    ``through`` names a table: the cell reaches down to that table's last row.
    """

    first: int
    last: int
    down: int = 1
    through: str = ""
    text: str = ""
    field: str = ""
    line: tuple[tuple[str, str], ...] = ()  # (static text before, field id or "" at the end)
    style: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One sheet row of the layout; with ``table`` set it is repeated for each row of that table."""

    id: str
    cells: tuple[Cell, ...]
    height: float
    style: str
    table: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class PageSetup:
    """Print set-up: A4, ``orientation``, and the rows repeated on each page (1-based, inclusive)."""

    orientation: str
    repeat_rows: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Example:
    """Values that make a rule pass or fail: fields and table rows of the rule's form, and, for
    rules over a whole filing, ``sheets``: form alias → the fields of each of its sheets.
    ``expected`` is the right value that the finding of the failing example gives.
    """

    fields: Mapping[str, object]
    tables: Mapping[str, tuple[Mapping[str, object], ...]]
    sheets: Mapping[str, tuple[Mapping[str, object], ...]]
    expected: object = None


Message = tuple[tuple[str, Node | None, str], ...]
"""A text with holes: (literal before, expression or None, type id or special name) … and a tail."""


@dataclass(frozen=True, slots=True)
class RuleInstance:
    """One rule with its ``for`` names filled in.

    ``check`` is TRUE when all is well (None for procedures). An equality rule has ``expected``,
    the right value of ``at``, and ``terms``, how many printed parts were added up: a difference
    of at most ``terms`` half units of the last printed digit is rounding, not an error.
    """

    at: str
    check: Node | None
    check_text: str
    when: Node | None
    when_text: str
    expected: Node | None
    terms: Node | None
    message: Message
    fix: Message


@dataclass(frozen=True, slots=True)
class Rule:
    """A declared rule. ``forms`` are form aliases, empty for rules over the whole filing.

    ``each`` is "" (once), a table id (once a row), or a form alias (filing rules: once a sheet).
    ``procedure`` names the Python procedure of the few rules that formulas cannot say, with its
    ``options``. ``place`` is where it is declared.
    """

    code: str
    name: str
    severity: Severity
    forms: tuple[str, ...]
    each: str
    basis: str
    instances: tuple[RuleInstance, ...]
    passing: Example
    failing: Example
    procedure: str
    options: Mapping[str, object]
    native: bool
    native_reason: str
    place: str


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One official table of one profile. ``repeated`` forms have a sheet for each project.

    ``place`` is where it is declared, for messages to authors.
    """

    id: str
    alias: str
    title: str
    attachment: str
    sheet: str
    repeated: bool
    page: PageSetup
    columns: tuple[float, ...]
    fields: Mapping[str, Field]
    tables: Mapping[str, Table]
    rows: tuple[Row, ...]
    computed: tuple[str, ...]  # field ids with a formula, each after what it depends on
    place: str

    def sheet_name(self, index: int) -> str:
        """The tab name of the ``index``-th sheet (0-based); only repeated forms are numbered."""
        return f"{self.sheet}{index + 1}" if self.repeated else self.sheet


@dataclass(frozen=True, slots=True)
class LevelOne:
    """A first-level indicator of a profile with its printed weight and second levels, in order."""

    name: str
    weight: float
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A place and year: its forms, rules and parameters. ``version`` is a hash of its content."""

    id: str
    name: str
    place: str
    year: int
    sources: tuple[str, ...]
    forms: Mapping[str, Form]  # by alias, in attachment order
    rules: Mapping[str, Rule]  # by code
    year_rules: Mapping[str, Rule]  # by code: those that compare with what was filed the year before
    parameters: Mapping[str, float | str]
    indicators: Mapping[str, tuple[LevelOne, ...]]  # by form alias
    lineage: tuple[str, ...]  # this profile and those it extends, nearest first
    version: str
    grading: Mapping[str, Any] = field(default_factory=dict)  # how filings are graded, as declared

    def single_forms(self) -> tuple[Form, ...]:
        """The forms that a filing holds once."""
        return tuple(form for form in self.forms.values() if not form.repeated)
