"""``xlperf page serve``: the self-check page and the intake, on one address until it is stopped."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from xlperf.core.errors import InputError
from xlperf.core.files import output_error
from xlperf.declarations.finding_filters import read_exemptions
from xlperf.declarations.profile import load_profile
from xlperf.season.codes import Codes
from xlperf.season.deliveries import Deliveries
from xlperf.season.store import Store
from xlperf.server.intake.settings import IntakeSettings, said
from xlperf.server.listening import Listening, bound, refuse_unusable, required, serve
from xlperf.server.page.build import build

_LOCK = "lock.db"


@dataclass(frozen=True, slots=True)
class SelfCheckPage:
    """The page to serve: a file, or made for ``profiles`` with the engine in a folder."""

    path: Path | None = None
    profiles: Sequence[str] = ()
    engine: Path | None = None


def start(
    listening: Listening, page: SelfCheckPage, settings: IntakeSettings | None, say: Callable[[str], None]
) -> None:
    """Serve until interrupted. ``say`` is called with each message for the user.

    ``listening.insecure`` allows an address that is not this machine's without a certificate. Raises
    InputError for what does not fit together, a season or page that cannot be used, a taken port.
    """
    served = _checked(listening)
    with bound(listening) as listener, tempfile.TemporaryDirectory(prefix="xlperf-page-") as folder:
        required("xlperf.server.guarding")
        with _season_open(settings, say):
            path = _page(page, Path(folder), say)
            app = required("xlperf.server.intake.app").create_app(served.base, path, settings)
            if not listening.is_local and not listening.cert:
                say(said("plain", host=listening.host))
            key = "started" if settings else "page_only"
            say(said(key, base=served.base, season=settings.season if settings else ""))
            serve(app, listening, listener)


def _checked(listening: Listening) -> Listening:
    """The same, plain http where there is no certificate; raises InputError for what may not be."""
    if listening.cert and listening.insecure:
        raise InputError(said("insecure"))
    refuse_unusable(listening.cert, listening.key)
    if not listening.cert and not listening.is_local and not listening.insecure:
        raise InputError(said("certificate", host=listening.host))
    return replace(listening, insecure=not listening.cert)


def _page(page: SelfCheckPage, folder: Path, say: Callable[[str], None]) -> Path:
    """The file of the page, made where none is given."""
    if page.path is None:
        made = folder / "page.html"
        build(made, page.profiles, page.engine, say)
        return made
    try:
        with page.path.open("rb"):
            return page.path
    except OSError as error:
        raise InputError(said("no_page", path=page.path, reason=error.strerror or error)) from error


@contextmanager
def _season_open(settings: IntakeSettings | None, say: Callable[[str], None]) -> Iterator[None]:
    """Keep the season for this service alone, with an empty folder for its uploads."""
    if settings is None:
        yield
        return
    if settings.exempt:
        read_exemptions(settings.exempt)
    with Store(settings.season) as store:
        if profile := store.about("profile"):
            load_profile(profile)
        Codes(store)
        waiting = len(Deliveries(store).waiting())
    with _spool(settings):
        if waiting:
            say(said("waiting", count=waiting))
        yield


@contextmanager
def _spool(settings: IntakeSettings) -> Iterator[None]:
    try:
        settings.spool.mkdir(exist_ok=True)
        lock = sqlite3.connect(settings.spool / _LOCK, timeout=0, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise output_error(settings.spool, OSError(str(error))) from error
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise InputError(said("in_use", season=settings.season)) from error
        for left in settings.spool.iterdir():
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        lock.close()
