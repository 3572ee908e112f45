"""A bureau with a season and codes, and units that send packages to its service in this process."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.testclient import TestClient

from tests.season import season_files as s
from xlperf.season.codes import Codes
from xlperf.season.start import start
from xlperf.season.store import Store
from xlperf.server.intake.app import create_app
from xlperf.server.intake.settings import IntakeSettings

UNITS = 4
BASE = "http://localhost:8775"
SECONDS = 120
PAGE = b"<!DOCTYPE html><title>page</title>"


def begin(folder: Path) -> dict[str, str]:
    """A season and a page in ``folder``; the code of each unit."""
    season, codes = _begun()
    (folder / "季.db").write_bytes(season)
    (folder / "页.html").write_bytes(PAGE)
    return dict(codes)


@cache
def _begun() -> tuple[bytes, Mapping[str, str]]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        s.write_ledger(folder / "台账.xlsx", UNITS)
        start(folder / "季.db", folder / "台账.xlsx", "", due=None, day=date(2026, 3, 1))
        with Store(folder / "季.db") as store:
            made = Codes(store).issue(store.units(), datetime.now().astimezone())
        return (folder / "季.db").read_bytes(), {given.unit.code: given.code for given in made}


class Bureau:
    """The service of a season in ``folder``; without ``workers`` it checks nothing."""

    def __init__(self, folder: Path, workers: int = 0) -> None:
        self.workers = workers
        self.season, self.page = folder / "季.db", folder / "页.html"
        self.codes = begin(folder)

    @contextmanager
    def serving(self, base: str = BASE) -> Iterator[TestClient]:
        """The service until the end of the block."""
        settings = IntakeSettings(self.season, workers=self.workers)
        settings.spool.mkdir(exist_ok=True)
        with TestClient(create_app(base, self.page, settings), base_url=base) as client:
            self.client = client
            yield client

    def unit(self, code: str) -> "Unit":
        """A browser of a unit, signed in."""
        return Unit(self.client, self.codes[code])


class Unit:
    """What a unit's browser does, with cookies of its own."""

    def __init__(self, client: TestClient, code: str) -> None:
        self._client = client
        self.cookies: dict[str, str] = {}
        answer = self.ask("POST", "session", json={"code": code})
        assert answer.status_code == 204, answer.text
        self.cookies = dict(answer.cookies)

    def ask(self, method: str, path: str, **given: Any) -> Any:
        """The response to a request."""
        self._client.cookies.clear()
        header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**({"cookie": header} if header else {}), **given.pop("headers", {})}
        return self._client.request(method, f"/intake/{path}", headers=headers, **given)

    def send(self, files: Mapping[str, bytes]) -> Any:
        """The response to a package."""
        return self.ask("POST", "packages", files=[("files", (name, data)) for name, data in files.items()])

    def receipt(self, files: Mapping[str, bytes]) -> str:
        """The number under which a package was taken."""
        answer = self.send(files)
        assert answer.status_code == 201, answer.text
        return answer.json()["receipt"]

    def checked(self, receipt: str) -> dict[str, Any]:
        """What the unit sees of a package when its check has ended."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            found = self.ask("GET", f"packages/{receipt}").json()
            if found["state"] in ("done", "failed"):
                return found
            time.sleep(0.05)
        raise AssertionError("not checked")


def codes_in(found: Mapping[str, Any]) -> set[str]:
    """The codes of the findings that a unit sees."""
    return {finding["code"] for group in found["report"]["groups"] for finding in group["findings"]}
