"""schemas/demo/*.json → the vocabulary of made-up units and the published figures of real ones."""

from functools import cache
from typing import Any

from xlperf.core.errors import DeclarationError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import texts_of

Json = dict[str, Any]


@cache
def words() -> Json:
    """The vocabulary of made-up units."""
    return texts_of("demo/words")


def head(name: str) -> str:
    """The ledger's head or sheet for an English name; DeclarationError for one without a head."""
    try:
        return str(words()["heads"][name])
    except KeyError:
        raise DeclarationError("demo/words.json：heads", f"缺少“{name}”") from None


def named(values: Json) -> Json:
    """``values`` with ledger heads in place of English names."""
    return {head(name): value for name, value in values.items()}


def published(profile_id: str) -> Json | None:
    """The filing of the real unit of a profile, None when there is none."""
    path = schemas_dir() / "demo" / f"{profile_id}.json"
    return texts_of(f"demo/{profile_id}") if path.is_file() else None
