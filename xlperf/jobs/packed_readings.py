"""Readings of files → bytes that another process or a temporary file can hold, and back.

Declarations are written as their names: every process loads its own.
"""

import io
import pickle
import zlib

from xlperf.checks.file_reading import FileReading
from xlperf.declarations.forms_and_rules import Form, Profile
from xlperf.declarations.profile import load_profile

_QUICK = 1


def pack(reading: FileReading) -> bytes:
    """The reading without the bytes of its file."""
    stream = io.BytesIO()
    opened, reading.opened = reading.opened, None
    try:
        _Pickler(stream, reading.received.profile).dump(reading)
    finally:
        reading.opened = opened
    return zlib.compress(stream.getvalue(), _QUICK)


def unpack(packed: bytes) -> FileReading:
    """The reading that ``pack`` wrote in this process or in another one of the same run."""
    reading: FileReading = _Unpickler(io.BytesIO(zlib.decompress(packed))).load()
    return reading


class _Pickler(pickle.Pickler):
    """Writes a profile as its id, and a form as its alias in that profile."""

    def __init__(self, stream: io.BytesIO, profile: Profile | None) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        forms = profile.forms.values() if profile else ()
        self._names = {id(form): (profile.id, form.alias) for form in forms if profile}

    def persistent_id(self, written: object) -> tuple[str, str] | None:
        """The name of a declaration, None for everything else."""
        if isinstance(written, Profile):
            return written.id, ""
        return self._names[id(written)] if isinstance(written, Form) else None


class _Unpickler(pickle.Unpickler):
    """Reads what ``_Pickler`` wrote, with the declarations of this process."""

    def persistent_load(self, name: tuple[str, str]) -> Profile | Form:
        """The profile of an id with alias "", else its form; raises DeclarationError for another id."""
        profile, alias = name
        loaded = load_profile(profile)
        return loaded.forms[alias] if alias else loaded
