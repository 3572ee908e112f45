"""Why a cell was not used or a value is doubted → the sentence in schemas/reading.json."""

from collections.abc import Sequence

from xlperf.declarations.source import text_of, texts_of


def reason(name: str, **filled: object) -> str:
    """The sentence declared as ``name`` with its braces filled."""
    return text_of("reading", "reasons", name, **filled)


def expected_fields(kind: str) -> Sequence[str]:
    """The fields that every form of a kind has, besides those of its money table."""
    fields: Sequence[str] = texts_of("reading")["forms"][kind]
    return fields
