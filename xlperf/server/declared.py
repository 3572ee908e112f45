"""schemas/server.json → the texts, names and limits of the Office.js service."""

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from xlperf.core.errors import InputError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import Json, read


@dataclass(frozen=True, slots=True)
class Declared:
    """``limit`` is the most bytes of a request, ``office_script`` where Office.js is loaded from,
    ``office_origins`` a pattern for the sites of Excel on the web; the rest as declared.
    """

    manifest: Json
    pane: Json
    icon: Json
    host: str
    port: int
    name: str
    limit: int
    office_script: str
    office_origins: str
    messages: Json

    def message(self, key: str, **context: object) -> str:
        """A declared message with its holes filled."""
        text: str = self.messages[key]
        return text.format(**context)


@cache
def declared() -> Declared:
    """The content of server.json; DeclarationError where it breaks its schema."""
    content = read(schemas_dir() / "server.json", "server")
    listen, office = content["listen"], content["office"]
    return Declared(
        content["manifest"],
        content["pane"],
        content["icon"],
        listen["host"],
        listen["port"],
        listen["name"],
        content["limits"]["bytes"],
        office["script"],
        office["origins"],
        content["messages"],
    )


def base_url(given: str, port: int, *, secure: bool = True) -> str:
    """Where Excel reaches the service, without a slash at the end; ``given`` is "" for this machine.

    Raises InputError for anything but a scheme (https where it must be ``secure``), a host and perhaps
    a port.
    """
    if not given:
        return f"{'https' if secure else 'http'}://{declared().name}:{port}"
    base, schemes = given.rstrip("/"), ("https",) if secure else ("http", "https")
    try:
        parts = urlsplit(base)
        is_site = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        is_site = False
    if not is_site or base != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        raise InputError(declared().message("base", base=given))
    return base
