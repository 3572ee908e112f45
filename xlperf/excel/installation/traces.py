"""Keys of the registry that were made on the way to a value, and that go again when they are empty."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from xlperf.core.errors import OutputError
from xlperf.excel.installation.wording import text
from xlperf.excel.machine import Hive, Key, Registry


@contextmanager
def changing(key: Key) -> Iterator[None]:
    """Turn a refusal of Windows into an OutputError that names the key."""
    try:
        yield
    except OSError as error:
        raise OutputError(text("registry_refused", key=key, reason=error.strerror or error)) from error


def missing(registry: Registry, key: Key) -> Sequence[str]:
    """The paths of a key and the keys above it that are not there."""
    return [one.path for one in key.lineage if not registry.exists(one)]


def clear(registry: Registry, paths: Iterable[str]) -> None:
    """Remove those of some keys of this user that hold nothing any more, the innermost first."""
    for key in (Key(Hive.USER, path) for path in sorted(set(paths), key=len, reverse=True)):
        if registry.exists(key) and not registry.values(key) and not registry.subkeys(key):
            with changing(key):
                registry.delete_key(key)
