"""What a unit sees: the page with script and style; of a delivery how far it is, the report, the record."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from starlette.responses import Response

from xlperf import __version__
from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.source import text_of, texts_of
from xlperf.season.deliveries import Deliveries, Delivery, DeliveryState
from xlperf.season.store import Store
from xlperf.server.intake.settings import limits
from xlperf.server.page.build import findings_area
from xlperf.server.page.record import file_line, finding_lines, verdict_line
from xlperf.server.page.shown_report import shown_report

WAITING, CHECKING, DONE, FAILED = "waiting", "checking", "done", "failed"
ANNOTATED, NOTICE, RECORD = "annotated", "notice", "record"
_OPEN = (DeliveryState.WAITING, DeliveryState.READ)
_STATIC = Path(__file__).parent / "static"
_SHARED = Path(__file__).parent.parent / "page" / "static"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
_SHOWN_LIMITS = ("file_bytes", "package_bytes", "files")


def state_of(delivery: Delivery, *, is_next: bool) -> str:
    """How far a delivery is; ``is_next``: its check has begun or will be the next of its unit."""
    if delivery.state in _OPEN:
        return CHECKING if is_next else WAITING
    return DONE if delivery.state is DeliveryState.DONE else FAILED


def listed(delivery: Delivery, state: str) -> Mapping[str, str]:
    """A line of the unit's receipts."""
    return {"receipt": delivery.receipt, "received": delivery.received, "state": state}


def acknowledgement(store: Store, delivery: Delivery) -> Mapping[str, Any]:
    """What a unit gets when its package is on the disk."""
    files = Deliveries(store).files(delivery.receipt)
    return {
        "receipt": delivery.receipt,
        "sha256": delivery.digest,
        "received": delivery.received,
        "files": [{"name": file.name, "size": file.size, "sha256": file.digest} for file in files],
    }


def detail(store: Store, delivery: Delivery, state: str) -> Mapping[str, Any]:
    """All that a unit sees of a delivery; the verdict and what follows is None until that is there."""
    known = {**acknowledgement(store, delivery), "state": state}
    if state != DONE:
        return {**known, "verdict": None, "grade": None, "counts": None, "report": None, "downloads": []}
    report = report_of(store, delivery)
    shown = shown_report(report)
    lead = {name: shown[name] for name in ("verdict", "grade", "counts")}
    own = {file.path for file in Deliveries(store).checked_files(delivery.receipt)}
    is_returned = bool(own) and any(found.location.file in {*own, ""} for found in report.findings)
    downloads = [ANNOTATED, NOTICE, RECORD] if is_returned else [RECORD]
    return {**known, **lead, "report": shown, "downloads": downloads}


def report_of(store: Store, delivery: Delivery) -> Report:
    """The report on a delivery: what is still open in it, and all its files."""
    deliveries = Deliveries(store)
    opened = [kept.finding for kept in deliveries.findings(delivery.receipt) if kept.state.is_open]
    files = deliveries.checked_files(delivery.receipt)
    known = {file.path for file in files}
    others = {found.location.file: found.location for found in opened if found.location.file not in known}
    files += [CheckedFile(path, place.unit_code, place.unit_name) for path, place in others.items() if path]
    return Report(__version__, files=files).holding(opened)


def record_of(store: Store, delivery: Delivery) -> str:
    """The receipt to keep: number, time, hashes, verdict, findings."""
    return "\r\n".join(_lines(store, delivery)) + "\r\n"


def _lines(store: Store, delivery: Delivery) -> Iterator[str]:
    texts, selfcheck = texts_of("intake")["record"], texts_of("selfcheck")["record"]
    unit = next(unit for unit in store.units() if unit.id == delivery.unit)
    yield texts["title"]
    yield ""
    yield texts["receipt"].format(receipt=delivery.receipt)
    yield texts["received"].format(received=delivery.received)
    yield texts["unit"].format(unit=unit.title)
    yield texts["program"].format(version=__version__)
    report = report_of(store, delivery)
    yield verdict_line(report)
    yield ""
    yield selfcheck["files"]
    for file in Deliveries(store).files(delivery.receipt):
        yield file_line(file.name, file.size, file.digest)
    yield texts["digest"].format(digest=delivery.digest)
    yield ""
    yield from finding_lines(report)


def record_name(delivery: Delivery) -> str:
    """The name of the file with the record."""
    return text_of("intake", "record", "file_name", receipt=delivery.receipt)


def intake_files() -> Mapping[str, Response]:
    """The files of the intake page by their paths."""
    texts = texts_of("intake")["page"]
    bounds = {name: limits()[name] for name in _SHOWN_LIMITS}
    settings = {"texts": {**texts_of("selfcheck")["page"], **texts}, "limits": bounds}
    script = f"const SETTINGS = {json.dumps(settings, ensure_ascii=False)};\n".encode()
    return {
        "/intake": Response(_page(), headers={"content-security-policy": _POLICY}, media_type="text/html"),
        "/intake/settings.js": Response(script, media_type="text/javascript"),
        "/intake/report.js": Response(_content(_SHARED / "report.js"), media_type="text/javascript"),
        "/intake/intake.js": Response(_content(_STATIC / "intake.js"), media_type="text/javascript"),
        "/intake/page.css": Response(_content(_SHARED / "page.css"), media_type="text/css"),
        "/intake/intake.css": Response(_content(_STATIC / "intake.css"), media_type="text/css"),
    }


def _page() -> bytes:
    texts = {**texts_of("selfcheck")["page"], **texts_of("intake")["page"]}
    values = {key: escape(str(text)) for key, text in texts.items()}
    template = Template(_content(_STATIC / "intake.html").decode())
    return template.substitute(values, findings_area=findings_area(values)).encode()


def _content(path: Path) -> bytes:
    return path.read_bytes().replace(b"\r\n", b"\n")
