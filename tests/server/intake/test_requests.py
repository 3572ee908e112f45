"""Who may ask what: sign-in, sessions, other units, other sites, and how often."""

import hashlib
import sqlite3
from datetime import datetime

import pytest

from tests.server.intake.intake_service import BASE, PAGE, Bureau, Unit
from xlperf.season.codes import Codes
from xlperf.season.store import Store
from xlperf.server.intake.settings import limits, said

BOOK = {"附件.xlsx": b"PK not read here"}


def sign_in(bureau, code, **headers):
    return bureau.client.post("/intake/session", json={"code": code}, headers=headers)


def test_the_page_and_the_intake_page(idle):
    answer = idle.client.get("/")
    assert (answer.content, answer.headers["cache-control"]) == (PAGE, "no-cache")
    again = idle.client.get("/", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    page = idle.client.get("/intake")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "//" not in page.text.replace("<!DOCTYPE html>", "")
    for name in ("settings.js", "report.js", "intake.js", "page.css", "intake.css"):
        assert f"/intake/{name}" in page.text
        assert idle.client.get(f"/intake/{name}").status_code == 200


def test_a_code_is_taken_however_it_is_written(idle):
    code = idle.codes["001"]
    for written in (code.lower(), code.replace("-", " "), f"  {code}  ", code.replace("0", "O")):
        assert sign_in(idle, written).status_code == 204


def test_the_cookie_is_for_this_site_alone(idle, tmp_path):
    cookie = sign_in(idle, idle.codes["001"]).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/intake"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie
    with idle.serving("https://localhost:8775") as client:
        safe = client.post("/intake/session", json={"code": idle.codes["001"]})
        assert "Secure" in safe.headers["set-cookie"]


def test_wrong_codes_are_refused_and_counted_by_address(idle, monkeypatch):
    monkeypatch.setitem(limits(), "attempts", {"count": 2, "minutes": 10})
    for _ in range(2):
        answer = sign_in(idle, "ABCD-ABCD-ABCD-ABCD")
        assert (answer.status_code, answer.json()["detail"]) == (403, said("wrong_code"))
    answer = sign_in(idle, idle.codes["001"])
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 601


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"code": "x"}', "text/plain", 415),
        (b"{", "application/json", 400),
        (b"[" * 500, "application/json", 400),
        (b'{"code": 7}', "application/json", 400),
        (b'{"code": "%s"}' % (b"x" * 5000), "application/json", 413),
    ],
)
def test_what_is_no_code(idle, body, kind, status):
    answer = idle.client.post("/intake/session", content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["detail"]) == (status, said("json"))


def test_nothing_without_a_session(idle):
    client = idle.client
    asked = [
        client.get("/intake/packages"),
        client.get("/intake/session"),
        client.post("/intake/packages", files=[("files", ("附件.xlsx", b"x"))]),
        client.get("/intake/packages/20260301-00001-AAAAAA"),
        client.get("/intake/packages/20260301-00001-AAAAAA/record"),
    ]
    assert {answer.status_code for answer in asked} == {401}
    assert {answer.json()["detail"] for answer in asked} == {said("sign_in")}


def test_a_session_ends_with_signing_out_and_with_a_new_code(idle):
    unit, other = idle.unit("001"), idle.unit("001")
    assert unit.ask("GET", "session").json()["unit"].startswith("001 ")
    assert unit.ask("DELETE", "session").status_code == 204
    assert unit.ask("GET", "packages").status_code == 401
    assert other.ask("GET", "packages").status_code == 200
    with Store(idle.season) as store:
        owner = [known for known in store.units() if known.code == "001"]
        (made,) = Codes(store).issue(owner, datetime.now().astimezone(), renew=True)
    answer = other.ask("GET", "packages")
    assert (answer.status_code, answer.json()["detail"]) == (401, said("ended"))
    assert sign_in(idle, idle.codes["001"]).status_code == 403
    assert sign_in(idle, made.code).status_code == 204


def test_a_session_survives_a_restart(tmp_path):
    bureau = Bureau(tmp_path)
    with bureau.serving():
        unit = bureau.unit("002")
        receipt = unit.receipt(BOOK)
    with bureau.serving() as client:
        unit._client = client
        assert [known["receipt"] for known in unit.ask("GET", "packages").json()] == [receipt]


def test_a_session_ends_in_time(idle, monkeypatch):
    monkeypatch.setitem(limits(), "session_hours", 0)
    cookies = dict(sign_in(idle, idle.codes["001"]).cookies)
    unit = Unit(idle.client, idle.codes["001"])
    unit.cookies = cookies
    assert unit.ask("GET", "packages").status_code == 401


def test_only_digests_are_kept(idle):
    unit = idle.unit("001")
    (token,) = unit.cookies.values()
    data = b"".join(path.read_bytes() for path in idle.season.parent.glob("季.db*") if path.is_file())
    letters = idle.codes["001"].replace("-", "")
    for secret in (idle.codes["001"], letters, token):
        assert secret.encode() not in data
    assert hashlib.sha256(letters.encode()).hexdigest().encode() in data


def test_codes_are_long_and_of_letters_that_do_not_look_alike(idle):
    codes = {code.replace("-", "") for code in idle.codes.values()}
    assert len(codes) == len(idle.codes)
    assert {len(code) for code in codes} == {16}
    assert not set("".join(codes)) & set("ILOU")


def test_a_receipt_of_another_unit_is_one_that_does_not_exist(idle):
    receipt = idle.unit("001").receipt(BOOK)
    stranger = idle.unit("002")
    for what in ("", "/annotated", "/notice", "/record"):
        for number in (receipt, "20260301-00001-AAAAAA", "' OR 1=1"):
            answer = stranger.ask("GET", f"packages/{number}{what}")
            assert (answer.status_code, answer.json()["detail"]) == (404, said("no_receipt"))
    assert stranger.ask("GET", "packages").json() == []


def test_other_sites_and_other_names_are_refused(idle):
    unit = idle.unit("001")
    for origin in ("https://evil.example", "null", "http://localhost"):
        assert unit.ask("GET", "packages", headers={"origin": origin}).status_code == 403
    assert unit.ask("GET", "packages", headers={"origin": BASE}).status_code == 200
    assert unit.ask("GET", "packages", headers={"host": "evil.example"}).status_code == 400


def test_what_is_acknowledged_is_in_the_season(idle):
    files = {"附件.xlsx": b"PK one", "报告.docx": b"PK two"}
    answer = idle.unit("003").send(files)
    assert answer.status_code == 201
    known = answer.json()
    digests = [hashlib.sha256(data).hexdigest() for data in files.values()]
    assert [(file["name"], file["sha256"]) for file in known["files"]] == [*zip(files, digests, strict=True)]
    lines = "".join(f"{digest}  {name}\n" for digest, name in zip(digests, files, strict=True))
    assert known["sha256"] == hashlib.sha256(lines.encode()).hexdigest()
    assert datetime.fromisoformat(known["received"]).utcoffset() is not None
    with Store(idle.season) as store:
        assert [store.content(digest) for digest in digests] == [*files.values()]
        (unit,) = [unit for unit in store.units() if unit.code == "003"]
        assert (unit.state.text, store.packages(unchecked=True)) == ("已报", {unit.id: [1]})
        assert known["receipt"] in store.events()[-1].text


def test_receipts_newest_first_and_never_twice(idle):
    unit = idle.unit("001")
    receipts = [unit.receipt(BOOK) for _ in range(3)]
    assert [known["receipt"] for known in unit.ask("GET", "packages").json()] == receipts[::-1]
    assert len(set(receipts)) == 3
    waiting = unit.ask("GET", f"packages/{receipts[1]}").json()
    assert (waiting["state"], waiting["verdict"], waiting["downloads"]) == ("waiting", None, [])
    assert unit.ask("GET", f"packages/{receipts[0]}").json()["state"] == "checking"
    assert unit.ask("GET", f"packages/{receipts[0]}/annotated").status_code == 409


def test_a_unit_may_not_send_too_often(idle, monkeypatch):
    monkeypatch.setitem(limits(), "packages", {"count": 2, "minutes": 10})
    unit = idle.unit("001")
    assert [unit.send(BOOK).status_code for _ in range(3)] == [201, 201, 429]
    assert unit.send(BOOK).headers["retry-after"] == "600"
    assert idle.unit("002").send(BOOK).status_code == 201
    monkeypatch.setitem(limits(), "packages", {"count": 9, "minutes": 10})
    monkeypatch.setitem(limits(), "packages_a_day", 2)
    assert unit.send(BOOK).status_code == 429


def test_a_full_disk_is_said_before_anything_is_taken(idle, monkeypatch):
    monkeypatch.setitem(limits(), "free_bytes", 2**62)
    answer = idle.unit("001").send(BOOK)
    assert (answer.status_code, answer.json()["detail"]) == (503, said("full"))


def test_who_only_looks_does_not_wait_for_a_bureau_that_is_writing(idle):
    unit = idle.unit("001")
    with Store(idle.season) as store, store.change():
        store.about("title", "写着")
        assert unit.ask("GET", "packages").status_code == 200
    assert unit.send(BOOK).status_code == 201


def test_only_a_package_that_was_not_taken_is_said_not_to_be(idle, monkeypatch):
    """While the bureau writes, what a unit looks at can wait as well; its packages are in the season."""
    unit = idle.unit("001")

    def busy(*_, **__):
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as held:
        held.setattr("xlperf.season.deliveries.Deliveries.add", busy)
        answer = unit.send({"表.xlsx": b"x"})
        assert (answer.status_code, answer.json()["detail"]) == (503, said("busy"))
    receipt = unit.receipt({"表.xlsx": b"x"})
    monkeypatch.setattr("xlperf.season.deliveries.Deliveries.get", busy)
    answer = unit.ask("GET", f"packages/{receipt}")
    assert answer.status_code == 503
    assert "没有收下" in said("busy")
    assert "没有收下" not in answer.json()["detail"]
