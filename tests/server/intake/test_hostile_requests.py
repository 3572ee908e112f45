"""Hostile requests are refused by what they are, and the service goes on answering others."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.received import good as g
from tests.server.intake.attacks import (
    ATTACKS,
    PACKAGES,
    closed_within,
    guess,
    head,
    open_connections,
)
from tests.server.intake.besieged import Client, verdict

ELSEWHERE, GUESSING = "127.0.0.2", "127.0.0.3"


@pytest.fixture(scope="module")
def unit(besieged) -> Client:
    server, codes = besieged
    return server.client(code=codes[g.filing().unit_code])


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_an_attack_is_refused(attack, unit, besieged):
    assert attack(unit) in ATTACKS[attack]
    assert unit.ask("GET", PACKAGES).json == []
    assert not [path for path in besieged[0].season.parent.glob("*.uploads/*") if path.is_dir()]


def test_names_of_files_are_labels(unit):
    names = [
        "../../etc/passwd.xlsx",
        "C:\\报送\\表.xlsx",
        "右\u202e左\x01.xlsx",
        "长" * 1000 + ".xlsx",
        "表.xlsx",
    ]
    answer = unit.deliver([(name, b"PK\3\4") for name in names])
    assert answer.status == 201
    kept = [file["name"] for file in answer.json["files"]]
    assert kept[0] == "passwd.xlsx"
    assert len({name.casefold() for name in kept}) == len(names)
    for name in kept:
        assert not set(name) & set("/\\\u202e\x01")
        assert len(name.encode()) <= 255


def test_the_receipts_of_another_unit_are_not_there(unit, besieged):
    server, codes = besieged
    receipt = unit.deliver([("表.xlsx", g.good()[:100])]).json["receipt"]
    other = server.client(code=next(code for own, code in codes.items() if own != g.filing().unit_code))
    for path in (receipt, f"{receipt}/annotated", f"{receipt}/notice", f"{receipt}/record"):
        assert other.ask("GET", f"{PACKAGES}/{path}").status == 404
    assert receipt not in [each["receipt"] for each in other.ask("GET", PACKAGES).json]
    assert other.ask("GET", f"{PACKAGES}/{receipt[:-1]}A").status == 404


def test_who_asks_for_forty_copies_at_once_gets_two(unit, besieged):
    name, wrong = g.file_name(), g.edited({g.BASIC: g.number(g.address("基础", "三公经费_上年决算数"), 1)})
    receipt = unit.deliver([(name, wrong)]).json["receipt"]
    verdict(unit, receipt)
    with ThreadPoolExecutor(40) as asking:
        paths = [f"{PACKAGES}/{receipt}/annotated"] * 40
        statuses = [answer.status for answer in asking.map(lambda path: unit.ask("GET", path), paths)]
    assert set(statuses) == {200, 429}
    assert statuses.count(200) < 20


def test_a_cookie_is_worth_nothing_after_signing_out(besieged, own_code):
    stolen = besieged[0].client(code=own_code)
    assert stolen.ask("DELETE", "/intake/session").status == 204
    assert stolen.ask("GET", PACKAGES).status == 401


def test_who_guesses_codes_is_held_up_and_others_are_not(besieged, own_code):
    server, _ = besieged
    answers = guess(Client(server.port, GUESSING), 14)
    assert answers[0] == 403
    assert answers[-1] == 429
    assert server.client(ELSEWHERE, own_code).ask("GET", PACKAGES).status == 200


def test_two_hundred_silent_connections_keep_nobody_out(besieged, unit):
    server, _ = besieged
    with open_connections(Client(server.port, ELSEWHERE), 200, b"POST /intake/packages HTTP/1.1\r\n"):
        assert unit.ask("GET", PACKAGES, seconds=10).status == 200
        assert unit.ask("HEAD", "/", seconds=10).body == b""


def test_one_address_cannot_take_all_connections(besieged, unit):
    server, _ = besieged
    with open_connections(Client(server.port, ELSEWHERE), 450):
        assert unit.ask("GET", PACKAGES, seconds=10).status == 200
    assert Client(server.port, ELSEWHERE).ask("GET", "/", seconds=10).status == 200


def test_who_never_ends_a_request_is_cut_off(besieged):
    server, _ = besieged
    with open_connections(Client(server.port, ELSEWHERE), 3, b"GET /intake HTTP/1.1\r\nX: ") as links:
        assert all(closed_within(link, 30) for link in links)


def test_uploads_that_are_held_open_keep_others_from_nothing(besieged, unit, own_code):
    server, codes = besieged
    slow = server.client(ELSEWHERE, own_code)
    start = head(slow, "Content-Type: multipart/form-data; boundary=x", "Content-Length: 100000") + b"\r\n--x"
    other = server.client(code=next(code for own, code in codes.items() if own != g.filing().unit_code))
    with open_connections(slow, 20, start):
        assert other.deliver([("表.xlsx", g.good()[:100])]).status == 201
        assert unit.ask("GET", PACKAGES).status == 200
    with contextlib.suppress(OSError):
        assert unit.deliver([("表.xlsx", g.good()[:100])]).status in {201, 429}
