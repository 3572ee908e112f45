"""What the service refuses: other hosts, other pages, too much, and everything but the listed functions."""

import http.client
import json
import socket

import pytest

from xlperf.declarations.source import texts_of

META, CALL = "/custom-functions-meta.json", "/custom-functions-call"
JSON = {"Content-Type": "application/json"}
GOOD = json.dumps({"func_name": "XP_READ", "args": [[["5次"]]], "runtime": "1.4"}).encode()


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil.example:80", "[::1"]
)
def test_other_host_names_are_refused(service, host):
    for method, path in (("GET", META), ("POST", CALL)):
        answer = service.ask(method, path, GOOD if method == "POST" else None, {**JSON, "Host": host})
        assert answer.status == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_names_of_this_machine_are_taken(service, host):
    assert service.ask("GET", META, headers={"Host": f"{host}:{service.port}"}).status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost", "https://localhost"])
def test_calls_of_other_pages_are_refused(service, origin):
    answer = service.ask("POST", CALL, GOOD, {**JSON, "Origin": origin})
    assert answer.status == 403
    assert "access-control-allow-origin" not in answer.headers
    assert service.ask("OPTIONS", CALL, headers={"Origin": origin}).status == 403


def test_calls_of_its_own_page_are_answered(service):
    for origin in (f"http://localhost:{service.port}", None):
        headers = {**JSON, "Host": f"localhost:{service.port}", **({"Origin": origin} if origin else {})}
        assert service.ask("POST", CALL, GOOD, headers).json == {"result": [[5]]}


@pytest.mark.parametrize("origin", ["https://excel.officeapps.live.com", "https://ppc.office.com"])
def test_excel_on_the_web_may_read_and_not_call(service, origin):
    answer = service.ask("GET", META, headers={"Origin": origin})
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, origin)
    assert service.ask("POST", CALL, GOOD, {**JSON, "Origin": origin}).status == 403


@pytest.mark.parametrize(
    "origin",
    ["https://officeapps.live.com.evil.example", "https://evilofficeapps.live.com", "http://www.office.com"],
)
def test_sites_that_only_look_like_offices_may_not(service, origin):
    assert service.ask("GET", META, headers={"Origin": origin}).status == 403


def test_large_requests_are_refused_announced_or_not(service):
    limit = texts_of("server")["limits"]["bytes"]
    announced = service.ask("POST", CALL, None, {**JSON, "Content-Length": str(limit + 1)})
    assert (announced.status, "请求太大" in announced.json["detail"]) == (413, True)
    link = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    piece = b" " * 2**20
    link.putrequest("POST", CALL)
    link.putheader("Content-Type", "application/json")
    link.putheader("Transfer-Encoding", "chunked")
    link.endheaders()
    try:
        for _ in range(limit // len(piece) + 1):
            link.send(b"%x\r\n%s\r\n" % (len(piece), piece))
    except OSError:  # closed before all was sent
        pass
    else:
        assert link.getresponse().status == 413
    link.close()
    assert service.ask("GET", META).status == 200


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"{"),
        (400, b""),
        (400, b"\xff\xfe"),
        (400, b"[" * 100_000),
        (422, b"[]"),
        (422, b"null"),
        (404, b"{}"),
        (404, b'{"func_name": "__class__", "args": []}'),
        (404, b'{"func_name": "XP_READ.__globals__", "args": []}'),
        (404, b'{"func_name": ["XP_READ"], "args": []}'),
        (422, b'{"func_name": "XP_READ"}'),
        (422, b'{"func_name": "XP_READ", "args": {}}'),
        (422, b'{"func_name": "XP_READ", "args": []}'),
        (422, b'{"func_name": "XP_READ", "args": [1, 2, 3, 4]}'),
        (422, b'{"func_name": "XP_CHECK", "args": [[[""]], 5]}'),
    ],
)
def test_what_is_no_call(service, status, body):
    answer = service.ask("POST", CALL, body, JSON)
    assert answer.status == status
    assert answer.json["detail"]


@pytest.mark.parametrize(
    "arguments",
    [
        [[[{"type": "Entity", "text": "股票", "properties": {}}]]],
        [[["甲", "乙"], ["丙"]]],
        [[[["套"]]]],
        ["文字"],
        [5],
        [{}],
        [[[1e308 * 10]]],
    ],
)
def test_odd_values_end_in_cells_or_in_a_message(service, arguments):
    answer = service.call("XP_READ", arguments)
    assert answer.json.get("result") or "没能算出来：" in answer.json["detail"]
    assert "Traceback" not in answer.body.decode()
    assert service.rows("XP_READ", [[["5次"]]]) == [[5]]


def test_what_excel_says_of_itself_is_no_trap(service):
    for more in (
        {"runtime": "x"},
        {"runtime": None},
        {"version": "0.1"},
        {"client": "x"},
        {"date_format": "d"},
    ):
        assert service.call("XP_READ", [[["5次"]]], **more).json == {"result": [[5]]}


def test_only_json_is_taken(service):
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert service.ask("POST", CALL, GOOD, {"Content-Type": kind}).status == 415


@pytest.mark.parametrize(
    "path",
    ["/", "/docs", "/openapi.json", "/../pyproject.toml", "/static/functions.js", "/office-js/office.js"],
)
def test_nothing_else_is_there(service, path):
    assert service.ask("GET", path).status == 404


def test_answers_are_not_kept_nor_guessed(service):
    headers = service.ask("GET", META).headers
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_other_machines_cannot_reach_it(service):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            pytest.skip("this machine is in no network")
        own = probe.getsockname()[0]
    if own.startswith("127."):
        pytest.skip("this machine is in no network")
    with pytest.raises(OSError, match=r"."):
        socket.create_connection((own, service.port), 2).close()
