"""A sheet taken for a form → how sure that is, 0 to 1, by what, and what stands against it.

Thresholds and wording are declared in schemas/received.json.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from xlperf.declarations.model import Form
from xlperf.declarations.source import texts_of
from xlperf.declarations.template_fingerprint import FINGERPRINT_PROPERTY, read_fingerprint
from xlperf.intake.align import Alignment, labels_of, likeness
from xlperf.intake.label_index import anchors
from xlperf.notation import label_key
from xlperf.ooxml.sheet_cells import Sheet

if TYPE_CHECKING:
    from xlperf.intake.page_records import PageRecord

_FEW = 3
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Shares, 0 to 1: ``enough`` of a form's fixed texts make a sheet that form, from ``certain`` on no
    other form is looked at, below ``low`` and within ``margin`` of another form it is told; ``names``
    is the share of a form's defined names below which they count as lost.
    """

    enough: float
    certain: float
    low: float
    margin: float
    names: float


@dataclass(frozen=True, slots=True)
class Certainty:
    """``share`` is how sure, 0 to 1; ``by`` says by what, as users call it.

    ``missing`` are the fixed texts of the form that the sheet does not have where they belong.
    ``rival`` is the other form that is most alike, where it is nearly as much so, and how much.
    """

    share: float
    by: str
    missing: tuple[str, ...] = ()
    rival: tuple[str, float] | None = None

    @property
    def is_low(self) -> bool:
        """Whether users are to look themselves."""
        return self.share < thresholds().low or self.rival is not None

    def why(self) -> str:
        """What the certainty rests on and what is against it, without a full stop."""
        said = f"依据是{self.by}"
        if self.missing:
            few = "、".join(f"“{text}”" for text in self.missing[:_FEW])
            said += f"，对不上的有{few}" + (f"等 {len(self.missing)} 处" if self.missing[_FEW:] else "")
        if self.rival:
            said += f"；它与《{self.rival[0]}》也有 {percent(self.rival[1])} 相同"
        return said


@cache
def thresholds() -> Thresholds:
    """The declared thresholds."""
    declared = texts_of("received")["certainty"]
    return Thresholds(**{name: declared[name] for name in Thresholds.__slots__})


def certainty(
    sheet: Sheet,
    alignment: Alignment,
    names: Mapping[str, str],
    properties: Mapping[str, str],
    others: Iterable[Form] = (),
) -> Certainty:
    """How sure it is that ``sheet`` is the form of ``alignment``.

    ``names`` are the defined names on the sheet, ``properties`` those of its workbook. A seal for the
    form together with the names of its cells leaves no doubt; else the larger of the shares of names
    and of fixed texts that are there counts. ``others`` are the forms it might be instead.
    """
    known, words = anchors(alignment.form), texts_of("received")["certainty"]["by"]
    named = len(known.names & names.keys()) / len(known.names)
    if named >= thresholds().names and alignment.form.alias in read_fingerprint(
        properties.get(FINGERPRINT_PROPERTY, "")
    ):
        return Certainty(1.0, words["seal"])
    missing = tuple(_missing(alignment))
    texts = 1 - len(missing) / (known.count + len(known.lines))
    if named > texts:
        return Certainty(named, words["names"], missing)
    rival = _rival(sheet, texts, alignment.form, others) if texts < thresholds().certain else None
    return Certainty(texts, words["texts"], missing, rival)


def by_labels(page: "PageRecord") -> Certainty:
    """How sure it is what a page says that was read by labels: the share of its values that are decided."""
    values = len(page.form.fields) + sum(len(row.values) for row in page.form.indicators)
    return Certainty(
        1 - len(page.doubtful) / max(values, 1), texts_of("received")["certainty"]["by"]["labels"]
    )


def _missing(alignment: Alignment) -> Iterable[str]:
    """The declared texts of the rows that were not found, and those that read otherwise."""
    for index in alignment.missing:
        for cell in alignment.form.rows[index].cells:
            text = cell.text if label_key(cell.text) else cell.line[0][0] if cell.line else ""
            if label_key(text):
                yield "".join(text.split())
    yield from ("".join(declared.split()) for _, declared, _ in alignment.changed)


def _rival(sheet: Sheet, share: float, form: Form, others: Iterable[Form]) -> tuple[str, float] | None:
    forms = [one for one in others if one is not form]
    labels = labels_of(sheet, forms)
    alike = [(likeness(labels, one), one.id) for one in forms]
    most, name = max(alike, default=(0.0, ""))
    return (name, most) if name and share - most < thresholds().margin else None


def percent(share: float) -> str:
    """A share as users read it: whole per cent, never 100 % for less than all."""
    return f"{int(share * 100 + _ROUNDING)}%"
