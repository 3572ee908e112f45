"""Packages replayed at a running intake, killed in the middle → acknowledgements, verdicts, memory, losses.

    python benchmarks/intake.py [--units 300] [--rate 5] [--seconds 120] [--no-kill] [--hostile]
        [--documents FOLDER]

``xlperf page serve`` runs over a season of the demo's units on this machine. Units hand in their workbooks,
every fourth spoilt, every tenth with a .docx, every fiftieth with a .doc; in the middle the server gets
SIGKILL and is started again at the same port. Every receipt that was acknowledged has to be there afterwards,
once, with the hashes of what was sent, and to get its verdict. ``--hostile``: the attacks of the tests go on
all the while, with hostile files of FOLDER among the packages. Needs Linux: processes are measured in /proc.
"""

import argparse
import hashlib
import os
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.processes import Processes
from tests.received import good as g
from tests.server.intake.attacks import ATTACKS, PACKAGES, guess, open_connections
from tests.server.intake.besieged import PROFILE, Client, Files, Server, season_with_codes
from xlperf.jobs.fill import fill

RECEIVED = Path(g.__file__).parent / "accepted"
LONGEST = 900
"""Seconds that are waited for verdicts after the last package."""
ELSEWHERE, GUESSING = "127.0.0.2", "127.0.0.3"


@dataclass
class Given:
    """A package that was acknowledged, and when."""

    receipt: str
    unit: str
    digests: list[str]
    sent: float
    seconds: float
    verdict: float = 0.0


@dataclass
class Replay:
    """What came of it."""

    given: list[Given] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    attacks: Counter[str] = field(default_factory=Counter)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=300)
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--no-kill", action="store_true")
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--documents", type=Path, default=Path(__file__).parents[2] / "shared" / "cases")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        season, codes = season_with_codes(Path(folder), options.units)
        hostile = options.documents / "hostile" if options.hostile else None
        packages = packages_of(Path(folder), options.documents, hostile)
        server = Server(Path(folder), season)
        server.start()
        try:
            return siege(server, codes, packages, options)
        finally:
            server.stop()


def siege(
    server: Server, codes: dict[str, str], packages: dict[str, Files], options: argparse.Namespace
) -> int:
    """Replay, wait, compare, print; 1 where anything is lost."""
    units = {unit: server.client(code=codes[unit]) for unit in packages if unit in codes}
    replay, done = Replay(), threading.Event()
    with Processes(server) as measured, ThreadPoolExecutor(64) as senders:
        watching = threading.Thread(target=watch, args=(server.season, replay, done))
        watching.start()
        attacking = (
            [threading.Thread(target=attack, args=(server, codes, replay, done))] if options.hostile else []
        )
        for thread in attacking:
            thread.start()
        count = round(options.rate * options.seconds)
        started = time.monotonic()
        for number, unit in zip(range(count), cycle(units), strict=False):
            time.sleep(max(started + number / options.rate - time.monotonic(), 0))
            senders.submit(deliver, units[unit], unit, packages[unit], replay)
            if number == count // 2 and not options.no_kill:
                threading.Thread(target=restart, args=(server,)).start()
        senders.shutdown()
        end = time.monotonic() + LONGEST
        while not all(each.verdict for each in replay.given) and time.monotonic() < end:
            time.sleep(0.5)
        whole = time.monotonic() - started
        done.set()
        for thread in (watching, *attacking):
            thread.join()
        lost = [*losses(units, replay)]
    show(replay, measured, whole)
    print(*lost, sep="\n")
    if "Traceback" in server.said():
        print(server.said()[-3000:])
    return int(bool(lost))


def restart(server: Server) -> None:
    """Kill the server, and start it again."""
    server.kill()
    server.start()


def packages_of(folder: Path, documents: Path, hostile: Path | None) -> dict[str, Files]:
    """What each unit hands in, by the unit's code."""
    made = fill(folder / "台账.xlsx", PROFILE, folder / "填好")
    word = (RECEIVED / "word_report").glob("*.docx").__next__().read_bytes()
    old = documents / "000" / "000_report.doc"
    attacks = cycle(sorted(hostile.iterdir())) if hostile else None
    found: dict[str, Files] = {}
    for number, path in enumerate(sorted(made.files)):
        content = path.read_bytes()
        if number % 4 == 3:
            content = g.edited({g.BASIC: lambda xml: xml.replace("<v>1", "<v>7", 3)}, workbook=content)
        files = [(path.name, content)]
        if number % 10 == 5:
            files.append(("自评报告.docx", word))
        if number % 50 == 7 and old.is_file():
            files.append(("自评报告.doc", old.read_bytes()))
        if attacks and number % 5 == 2:
            evil = next(attacks)
            files.append((evil.name, evil.read_bytes()))
        found[path.name.partition("_")[0]] = files
    return found


def deliver(client: Client, unit: str, files: Files, replay: Replay) -> None:
    """Hand in a package; again where no answer comes, or too many come at once, as the page says."""
    for _ in range(60):
        sent = time.monotonic()
        try:
            answer = client.deliver(files)
        except OSError:
            replay.unanswered += 1
            time.sleep(1)
            continue
        if answer.status == 201:
            known = answer.json
            digests = [file["sha256"] for file in known["files"]]
            replay.given.append(Given(known["receipt"], unit, digests, sent, time.monotonic() - sent))
            assert digests == [hashlib.sha256(content).hexdigest() for _, content in files]
            return
        replay.refused[answer.status] += 1
        time.sleep(int(answer.headers.get("retry-after", 1)))


def watch(season: Path, replay: Replay, done: threading.Event) -> None:
    """Note when each delivery has its verdict, without asking the server."""
    with closing(sqlite3.connect(season.as_uri() + "?mode=ro", uri=True, timeout=30)) as database:
        while not done.wait(0.25):
            states = "SELECT receipt FROM deliveries WHERE state = 'done'"
            with suppress(sqlite3.OperationalError):
                checked = {receipt for (receipt,) in database.execute(states)}
                for each in list(replay.given):
                    if not each.verdict and each.receipt in checked:
                        each.verdict = time.monotonic() - each.sent


def attack(server: Server, codes: dict[str, str], replay: Replay, done: threading.Event) -> None:
    """All attacks, again and again, with two hundred silent connections."""
    while not done.is_set():
        with suppress(OSError, AssertionError):
            client = server.client(ELSEWHERE, next(iter(codes.values())))
            with open_connections(Client(server.port, GUESSING), 200, b"POST /intake/packages HTTP/1.1\r\n"):
                for each, right in ATTACKS.items():
                    outcome = each(client)
                    replay.attacks["refused" if outcome in right else f"{each.__name__}: {outcome}"] += 1
                    if done.is_set():
                        return
            replay.attacks["guesses"] += len(guess(Client(server.port, GUESSING), 20))


def losses(units: dict[str, Client], replay: Replay) -> Iterator[str]:
    """A line for each receipt that is not there once, with its hashes and its verdict."""
    by_unit: dict[str, list[Given]] = {}
    for each in replay.given:
        by_unit.setdefault(each.unit, []).append(each)
    for unit, own in by_unit.items():
        listed = Counter(each["receipt"] for each in units[unit].ask("GET", PACKAGES).json)
        for each in own:
            shown = units[unit].ask("GET", f"{PACKAGES}/{each.receipt}").json
            digests = [file["sha256"] for file in shown.get("files", ())]
            if listed[each.receipt] != 1 or digests != each.digests:
                yield f"LOST {each.receipt} of {unit}: listed {listed[each.receipt]} times"
            elif shown["state"] != "done" or not shown["verdict"]:
                yield f"NO VERDICT {each.receipt} of {unit}: {shown['state']}"


def show(replay: Replay, measured: Processes, whole: float) -> None:
    """Print the figures."""
    acknowledged = sorted(each.seconds for each in replay.given)
    verdicts = sorted(each.verdict for each in replay.given if each.verdict)
    print(
        f"acknowledged {len(acknowledged)}, with a verdict {len(verdicts)}, refused {dict(replay.refused)},"
    )
    print(f"unanswered attempts (server killed) {replay.unanswered}, all verdicts after {whole:.0f} s\n")
    print("| | p50, s | p95, s | most, s |\n|---|--:|--:|--:|")
    for name, times in (("acknowledgement", acknowledged), ("verdict", verdicts)):
        p95 = times[int(len(times) * 0.95)]
        print(f"| {name} | {statistics.median(times):.2f} | {p95:.2f} | {times[-1]:.2f} |")
    print(f"\n| processes | most, MB | CPU, s |\n|---|--:|--:|\n{measured.table()}")
    if replay.attacks:
        print(f"\nattacks: {dict(replay.attacks)}")
    print(f"cores: {os.cpu_count()}")


if __name__ == "__main__":
    sys.exit(main())
