"""In the page's worker: files given to the browser → their report, copies, list and record.

Every text that the script of the page gets is JSON; files lie in folders of the browser's memory.
"""

import json
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlperf
from xlperf.core.errors import XlperfError
from xlperf.core.user_files import user_cache
from xlperf.declarations.check_report import Report
from xlperf.declarations.findings import Finding, unfolded
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import text_of, texts_of
from xlperf.intake.reading.lexicon import lexicon
from xlperf.jobs.annotate import annotate
from xlperf.jobs.engines import InProcess, watcher
from xlperf.jobs.originals import Originals
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.runner import Task
from xlperf.notation.declared_words import notation
from xlperf.ooxml.limits import LIMITS
from xlperf.outputs.report_formats import render
from xlperf.server.page.record import record_of
from xlperf.server.page.shown_report import drawings_of, places_of, shown_report

_NO_MEMORY = "F134"


def load_all() -> None:
    """Load what all checks need; raises XlperfError for a wrong declaration."""
    for name in profile_ids():
        load_profile(name)
    lexicon()
    notation()


class Session:
    """The checks of one worker. ``say`` is called with JSON for the page: progress, the call now made.

    ``folder`` is where the files are that were given, ``out`` where those made go.
    """

    def __init__(self, say: Callable[[str], None], folder: str, out: str) -> None:
        self._say, self._folder, self._out = say, Path(folder), Path(out)
        self._ended: Mapping[str, str] = {}
        self._spared: Mapping[str, str] = {}
        self._undrawn: list[tuple[str, list[tuple[int, str, str]]]] = []
        self._report = Report("")
        self._given: Sequence[Path] = ()
        self._day = ""
        self._originals = Originals()
        self._options = RunOptions(progress=self._progress)

    def start(self, valid: str) -> str:
        """Load the declarations; ``valid`` has what was found valid when the page was built."""
        kept, known = user_cache(), json.loads(valid)
        kept.valid.update(known["valid"])
        kept.trees.update(known["trees"])
        load_all()
        os.chdir(self._folder)
        watcher.set(self._watch)
        profiles = map(load_profile, profile_ids())
        return _text({"profiles": [[profile.id, profile.name] for profile in profiles]})

    def check(self, order: str) -> str:
        """Check the files; ``order`` has ``paths``, ``profile`` or "", ``day``; by path, with why: ``ended``,
        what is not to be checked again, and ``spared``, for which nothing is to be drawn or made.
        Returns what the page shows, or ``error``.
        """
        given = json.loads(order)
        self._ended, self._spared, self._day = given["ended"], given["spared"], given["day"]
        self._given = [*map(Path, given["paths"])]
        self._originals = Originals()
        try:
            self._report = xlperf.check(
                self._given, given["profile"] or None, options=self._options, originals=self._originals
            )
        except XlperfError as error:
            return self._answer({"error": str(error)})
        answer = self._answer(shown_report(self._report), self._report.findings)
        self._ended = {**self._ended, **self._spared}
        self._undrawn = [*places_of(self._report.findings).items()]
        return answer

    def drawings(self) -> str:
        """The ``drawings`` for the next file: the rows around the cell of each finding that has one, by the
        numbers of the findings; and whether there are ``more`` files.
        """
        drawn: Mapping[int, Any] = {}
        refusals: list[Finding] = []
        if self._undrawn:
            path, places = self._undrawn.pop(0)
            (task,) = InProcess(LIMITS).run([Task(path, LIMITS.seconds, drawings_of, (path, places, LIMITS))])
            drawn = task.result or {}
            refusals = [task.refusal.finding] if task.refusal else []
        return self._answer({"drawings": drawn, "more": bool(self._undrawn)}, refusals)

    def make(self, what: str, engine: str) -> str:
        """Make what can be downloaded: ``annotated``, ``upload``, ``list``, ``record`` or ``text``.

        Returns the name of the file in the folder of what is made, "" where there is none, and what is to be
        said about it.
        """
        names = texts_of("selfcheck")["made"]
        try:
            if what == "annotated":
                made = annotate(
                    self._report,
                    self._out / what,
                    force=True,
                    options=self._options,
                    originals=self._originals,
                )
                return self._packed(made.files, self._out / what, names[what], made.findings)
            if what == "upload":
                stripped = xlperf.strip(self._given, self._out / what, force=True, options=self._options)
                reasons = [
                    found
                    for found in stripped.findings
                    if found.location.file in {*map(str, stripped.skipped)}
                ]
                return self._packed(stripped.files, self._out / what, names[what], reasons)
            return self._written(names[what], self._content(what, Path(names[what]), engine))
        except XlperfError as error:
            return self._answer({"name": "", "said": [str(error)]})

    def _content(self, what: str, target: Path, engine: str) -> bytes:
        if what == "record":
            return record_of(self._report, self._day, engine).encode("utf-8-sig", "replace")
        return render(self._report, {"list": "xlsx", "text": "text"}[what], target)

    def _written(self, name: str, data: bytes) -> str:
        (self._out / name).write_bytes(data)
        return self._answer({"name": name, "said": []})

    def _packed(self, files: Sequence[Path], folder: Path, name: str, findings: Sequence[Finding]) -> str:
        """The one file, or all of them in an archive."""
        said = [f"{found.location.file}：{found.message}" for found in findings]
        if not files:
            return self._answer({"name": "", "said": said or [text_of("selfcheck", "nothing")]}, findings)
        target = self._out / (files[0].name if len(files) == 1 else name)
        if len(files) == 1:
            target.write_bytes(files[0].read_bytes())
        else:
            with zipfile.ZipFile(target, "w") as archive:
                for file in files:
                    archive.write(file, file.relative_to(folder))
        return self._answer({"name": target.name, "said": said}, findings)

    def _watch(self, path: str, seconds: float) -> str:
        why = self._ended.get(path, "")
        if not why:
            self._say(_text({"kind": "call", "path": path, "seconds": seconds}))
        return why

    def _answer(self, content: Mapping[str, Any], findings: Iterable[Finding] = ()) -> str:
        """An answer: ``swollen`` where a call had too little memory, of which earlier calls may have left too
        little; a worker in which that has happened is replaced.
        """
        swollen = any(
            found.code == _NO_MEMORY and found.location.file not in self._ended
            for found in unfolded(findings)
        )
        return _text({**content, "swollen": swollen})

    def _progress(self, done: int, total: int) -> None:
        self._say(_text({"kind": "progress", "done": done, "total": total}))


def _text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
