"""A corpus and a command line → what every run of it says and writes.

A batch is one process, as starting takes long. Where it does not end well, each of its entries is run by
itself too, so that one file hides no other. A file of ``alone/`` that is not checked in time is not tried
with other commands.
"""

import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from behaviour_outputs import exported, listed, normalised, outputs

ENTRY = [sys.executable, "-c", "from xlperf.cli import main; main()"]
TIMEOUT, CRASH = "timeout", "crash"
LISTS = ("json", "xlsx", "html", "sarif", "xml", "txt")
OUT, IN = Path("out"), Path("in")
LIST = OUT / "list.json"
_BATCH_SECONDS = 900.0
_ENDED = (0, 1)
_CRASH = "Traceback (most recent call last)"


class Product:
    """xlperf of ``checkout``, started by the words of ``command`` or by its entry point."""

    def __init__(self, checkout: Path, command: str | None) -> None:
        self.checkout = checkout.resolve()
        self.words = shlex.split(command) if command else ENTRY
        kept = {name: text for name, text in os.environ.items() if not name.startswith("XLPERF_")}
        self.environment = {**kept, "PYTHONPATH": str(self.checkout), "PYTHONIOENCODING": "utf-8"}

    def run(
        self, arguments: Sequence[object], folder: Path, seconds: float = _BATCH_SECONDS
    ) -> tuple[Any, str, str]:
        """Exit code or "timeout", standard output, standard error; what it started ends with it."""
        process = subprocess.Popen(
            [*self.words, *map(str, arguments)],
            cwd=folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return TIMEOUT, "", ""
        texts = (text.decode("utf-8", "replace").replace(f"{self.checkout}/", "") for text in (out, err))
        return process.returncode, *texts


@dataclass(frozen=True)
class Run:
    """One command over one file or folder of the corpus."""

    command: str
    source: Path
    arguments: Sequence[object]
    seconds: float = _BATCH_SECONDS

    @property
    def name(self) -> str:
        return f"{self.command} {self.source.as_posix()}"


@dataclass(frozen=True)
class Part:
    """The runs of some commands (all where None) over what has ``match`` in its path."""

    commands: Sequence[str] | None = None
    match: str = ""

    def has(self, run: Run) -> bool:
        """Whether ``run`` is in this part."""
        return self.match in run.source.as_posix() and run.command in (self.commands or (run.command,))


def record(corpus: Path, product: Product, part: Part, seconds: float, keep: Path | None) -> dict[str, Any]:
    """Run everything over a copy of ``corpus``; the hash of each input, the result of each run."""
    with TemporaryDirectory(prefix="behaviour-") as name:
        folder = Path(name).resolve()
        shutil.copytree(corpus, folder / IN)
        files = sorted(path for path in (folder / IN).rglob("*") if path.is_file())
        inputs = {str(path.relative_to(folder / IN)): _hash(path) for path in files}
        runner = _Runner(folder, product, keep)
        for runs in _plan(folder / IN, seconds):
            runner.all_of([run for run in runs if part.has(run)])
        changed = [name for name, digest in inputs.items() if _hash(folder / IN / name) != digest]
        partial = part != Part()
        return {"inputs": inputs, "inputs changed": changed, "partial": partial, "runs": runner.results}


class _Runner:
    def __init__(self, folder: Path, product: Product, keep: Path | None) -> None:
        self._folder, self._product, self._keep = folder, product, keep
        self.results: dict[str, Any] = {}

    def all_of(self, runs: Sequence[Run]) -> None:
        """The runs over one source, up to the first that takes too long."""
        for run in runs:
            result = self._result(run)
            entries = self._entries(run.source)
            if result["exit"] not in _ENDED and entries:
                for entry in entries:
                    self._result(_run(run.command, entry))
            if result["exit"] == TIMEOUT and not entries:
                break

    def _entries(self, source: Path) -> list[Path]:
        folder = self._folder / IN / source
        together = source.parts[0] == "together" and folder.is_dir()
        return [source / path.name for path in sorted(folder.iterdir())] if together else []

    def _result(self, run: Run) -> dict[str, Any]:
        started = time.monotonic()
        code, out, err = self._product.run(run.arguments, self._folder, run.seconds)
        result: dict[str, Any] = {"exit": CRASH if _CRASH in err else code}
        if run.command == "export" and (content := exported(out)) is not None:
            result["content"], out = content, ""
        if run.command == "check" and (self._folder / LIST).exists():
            result["findings"] = listed(self._folder / LIST)
        result["printed"] = normalised(f"{out}\n{err}", self._folder).splitlines()
        result["outputs"] = outputs(self._folder / OUT, self._folder)
        self._clear(run)
        self.results[run.name] = result
        print(
            f"{time.monotonic() - started:6.1f} s  {run.name}: {result['exit']}", file=sys.stderr, flush=True
        )
        return result

    def _clear(self, run: Run) -> None:
        out = self._folder / OUT
        if self._keep and out.exists():
            shutil.copytree(out, self._keep / run.command / run.source, dirs_exist_ok=True)
        shutil.rmtree(out, ignore_errors=True)


def _plan(corpus: Path, seconds: float) -> Iterator[list[Run]]:
    """The runs over each source."""

    def planned(source: Path, commands: Sequence[str], **options: Any) -> list[Run]:
        within = source.relative_to(corpus)
        return [_run(command, within, **options) for command in commands]

    for ledger in sorted(corpus.glob("ledgers/*/*")):
        yield planned(ledger, ("fill", "fill-working"))
    for roster in sorted(corpus.glob("rosters/*")):
        yield planned(roster, ("check",))
    for batch in sorted(corpus.glob("together/*")):
        yield planned(batch, ("check", "export", "import", "annotate", "strip"))
    for file in sorted(corpus.glob("alone/*")):
        yield planned(file, ("check", "export", "annotate"), seconds=seconds)


def _run(command: str, source: Path, seconds: float = _BATCH_SECONDS) -> Run:
    place = IN / source
    match command:
        case "fill" | "fill-working":
            working = ["--working"] if command == "fill-working" else []
            words = ["fill", place, "-p", source.parent.name, "-o", OUT, "--workers", "1", *working]
        case "check":
            rostered = source.parts[0] == "rosters"
            received = [place / "received", "--ledger", place / "ledger.xlsx"] if rostered else [place]
            written = [word for suffix in LISTS for word in ("-o", OUT / f"list.{suffix}")]
            words = ["check", *received, "--workers", "1", *written]
        case "export":
            words = ["import", place, "--format", "json"]
        case "annotate":
            words = ["annotate", place, "-o", OUT, "--workers", "1"]
        case _:
            words = [command, place, "-o", OUT]
    return Run(command, source, words, seconds)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
