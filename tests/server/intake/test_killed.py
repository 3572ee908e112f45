"""The service is killed among packages: each that was acknowledged is there, once, and gets its verdict."""

import hashlib

from tests.received import good as g
from tests.server.intake.attacks import PACKAGES
from tests.server.intake.besieged import Server, season_with_codes, verdict
from xlperf.season.store import Store


def test_what_was_acknowledged_survives_and_is_checked(tmp_path):
    season, codes = season_with_codes(tmp_path, 2)
    server = Server(tmp_path, season)
    own = g.filing().unit_code
    packages = [
        [(g.file_name(), g.good())],
        [(g.file_name(), g.edited({g.BASIC: g.number(g.address("基础", "三公经费_上年决算数"), 1)}))],
    ]
    server.start()
    try:
        unit = server.client(code=codes[own])
        given = [unit.deliver(files) for files in packages]
        server.kill()
        server.start()
        receipts = {answer.json["receipt"]: answer.json for answer in given}
        listed = [each["receipt"] for each in unit.ask("GET", PACKAGES).json]
        assert sorted(listed) == sorted(receipts)
        for (receipt, acknowledged), [(name, content)] in zip(receipts.items(), packages, strict=True):
            shown = verdict(unit, receipt)
            assert shown["state"] == "done"
            assert shown["sha256"] == acknowledged["sha256"]
            (file,) = shown["files"]
            assert (file["name"], file["sha256"]) == (name, hashlib.sha256(content).hexdigest())
    finally:
        server.stop()
    with Store(season) as store:
        rounds = [made.number for made in store.rounds() if made.number]
    assert len(rounds) == len(packages)
