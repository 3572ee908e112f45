"""Text of cells as people type them → values: quantities, amounts, dates, sums, labels.

Every word and mark is declared in schemas/notation.json; the code holds only the grammar.
"""

from xlperf.notation.quantities import Quantity, parse_amount, parse_quantity
from xlperf.notation.sums import SumStatement, sum_statements
from xlperf.notation.text import is_nothing, label_key, level1_label, normalise
from xlperf.notation.typed_values import DateSpan, parse_date, parse_number

__all__ = [
    "DateSpan",
    "Quantity",
    "SumStatement",
    "is_nothing",
    "label_key",
    "level1_label",
    "normalise",
    "parse_amount",
    "parse_date",
    "parse_number",
    "parse_quantity",
    "sum_statements",
]
