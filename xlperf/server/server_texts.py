"""schemas/server.json → the texts, addresses and limits of the Office.js service."""

from urllib.parse import urlsplit

from xlperf.core.errors import InputError
from xlperf.declarations.texts import Texts, text_of, texts_of


def server_texts() -> Texts:
    """The content of server.json; raises DeclarationError as ``texts_of`` does."""
    return texts_of("server")


def message(name: str, /, **values: object) -> str:
    """A message of the service, its gaps filled with ``values``."""
    return text_of("server", "messages", name, **values)


def base_url(given: str, port: int, *, secure: bool = True) -> str:
    """The address at which Excel reaches the service, without a slash at the end.

    ``given`` is "" for this machine. Raises InputError for anything but a scheme (https where it must be
    ``secure``), a host and perhaps a port.
    """
    if not given:
        return f"{'https' if secure else 'http'}://{server_texts()['listen']['name']}:{port}"
    base, schemes = given.rstrip("/"), ("https",) if secure else ("http", "https")
    try:
        parts = urlsplit(base)
        is_site = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        is_site = False
    if not is_site or base != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        raise InputError(message("base", base=given))
    return base
