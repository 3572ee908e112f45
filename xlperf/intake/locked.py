"""An encrypted workbook or document and the passwords to try → its bytes as they were before.

What is not encrypted, and what is encrypted in ways of other programs, stays as it is.
"""

import importlib
import io
from collections.abc import Sequence
from typing import Any

from xlperf.intake.compound import OLE2
from xlperf.ooxml.received_bytes import refused

_LIBRARY = "msoffcrypto"


def unlocked(path: str, data: bytes, passwords: Sequence[str]) -> bytes:
    """``data`` decrypted by the first of ``passwords`` that fits.

    Raises Refused where none fits (F117) and where the library for it is missing (F118).
    """
    if not passwords or data[: len(OLE2)] != OLE2:
        return data
    try:
        library = importlib.import_module(_LIBRARY)
    except ImportError:
        raise refused("F118", path) from None
    locked = _locked(library, data)
    if locked is None:
        return data
    for password in passwords:
        if (content := _decrypted(locked, password)) is not None:
            return content
    raise refused("F117", path, count=str(len(passwords)))


def _locked(library: Any, data: bytes) -> Any:
    """The library's view of an encrypted file; None for one that is not, or is damaged."""
    try:
        file = library.OfficeFile(io.BytesIO(data))
        return file if file.is_encrypted() else None
    except Exception:  # damage is met with whatever the library's parsers raise; it is told further on
        return None


def _decrypted(locked: Any, password: str) -> bytes | None:
    content = io.BytesIO()
    try:
        locked.load_key(password=password, verify_password=True)
        locked.decrypt(content)
    except Exception:  # a wrong password shows as a wrong key, a wrong hash or a broken package
        return None
    return content.getvalue()
