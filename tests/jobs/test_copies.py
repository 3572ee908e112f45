"""Copies of an interrupted run: those that are there stay, the others are made; what has changed, again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.received import good as g
from xlperf.core.errors import OutputError
from xlperf.core.files import atomic_write
from xlperf.jobs import copies, write_workbooks
from xlperf.jobs import journal as journals
from xlperf.jobs.annotate import annotate
from xlperf.jobs.check import check
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.jobs.engines import InProcess
from xlperf.jobs.fill import fill
from xlperf.jobs.import_filings import import_filings
from xlperf.jobs.journal import Keeping
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.strip import strip
from xlperf.ooxml.limits import LIMITS

Job = Callable[..., object]
COUNT = 3


def _annotate(inbox: Path, folder: Path, options: RunOptions, **more: bool) -> object:
    return annotate(check([inbox], options=replace(options, progress=None)), folder, options=options, **more)


def _import(inbox: Path, folder: Path, options: RunOptions, **more: bool) -> object:
    return import_filings([inbox], folder, options=options, **more)


def _strip(inbox: Path, folder: Path, options: RunOptions, **more: bool) -> object:
    return strip([inbox], folder, options=options, **more)


def _fill(inbox: Path, folder: Path, options: RunOptions, **more: bool) -> object:
    return fill(inbox.parent / "台账.xlsx", g.PROFILE.id, folder, options=options, **more)


JOBS = {"annotate": _annotate, "import": _import, "strip": _strip, "fill": _fill}
received = pytest.mark.parametrize("name", ["annotate", "import", "strip"])
every = pytest.mark.parametrize("name", JOBS)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "收到"
    folder.mkdir()
    for number in range(COUNT):
        (folder / f"{number}_单位{number}.xlsx").write_bytes(g.edited({g.BASIC: g.number("C9", number)}))
    write_demo_ledger(tmp_path / "台账.xlsx", g.PROFILE, units=COUNT)
    return folder


@pytest.fixture(scope="module", autouse=True)
def _inherited(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What writes working copies is made once here: workers are forks and have it from their start."""
    folder = tmp_path_factory.mktemp("先")
    (folder / "1_单位.xlsx").write_bytes(g.good())
    import_filings([folder], folder / "稿", options=RunOptions(engine=InProcess(LIMITS)))


class RepeatedJob:
    """One job, again and again, into one folder."""

    def __init__(self, name: str, inbox: Path, folder: str = "稿") -> None:
        self._name, self._inbox, self.folder = name, inbox, inbox.parent / folder

    def run(self, *, resume: bool = False, stop_after: int = COUNT + 1, **options: bool) -> None:
        """Run the job; interrupted as soon as so many copies are written."""

        def written(path: Path, data: bytes, **more: bool) -> None:
            if len(self.copies()) == stop_after:
                raise KeyboardInterrupt
            atomic_write(path, data, **more)

        keeping = Keeping(self.folder, resume, self._name, replaces=options.get("force", False))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(copies, "atomic_write", written)
            patch.setattr(write_workbooks, "atomic_write", written)
            JOBS[self._name](self._inbox, self.folder, RunOptions(keeping=keeping), **options)
        keeping.finish()

    def interrupt(self) -> None:
        with pytest.raises(KeyboardInterrupt):
            self.run(stop_after=2)

    def copies(self) -> dict[str, bytes]:
        found = sorted(self.folder.rglob("*.xlsx"))
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}

    def times(self) -> dict[str, int]:
        return {name: (self.folder / name).stat().st_mtime_ns for name in self.copies()}


@every
def test_the_copies_are_those_of_an_undisturbed_run(inbox: Path, name: str) -> None:
    job, other = RepeatedJob(name, inbox), RepeatedJob(name, inbox, "另")
    other.run()
    job.interrupt()
    before = job.times()
    assert len(before) == 2
    job.run(resume=True)
    assert job.copies() == other.copies()
    assert len(job.copies()) == COUNT
    assert before.items() <= job.times().items()


@every
def test_an_interrupted_run_is_not_begun_again_by_chance(inbox: Path, name: str) -> None:
    job = RepeatedJob(name, inbox)
    job.interrupt()
    with pytest.raises(OutputError, match=r"没有做完.*已写好 [12] 份.*--resume.*--force"):
        job.run()
    job.run(force=True)
    assert len(job.copies()) == COUNT
    with pytest.raises(OutputError, match="已有 3 个"):
        job.run()


@received
def test_a_file_with_other_content_is_copied_again(inbox: Path, name: str) -> None:
    job, other = RepeatedJob(name, inbox), RepeatedJob(name, inbox, "另")
    job.run()
    before = job.times()
    (inbox / "2_单位2.xlsx").write_bytes(g.edited({g.BASIC: g.number("C9", 77)}))
    job.run(resume=True)
    other.run()
    assert job.copies() == other.copies()
    (changed,) = (copy for copy, time in job.times().items() if time != before[copy])
    assert "2_" in changed


@every
def test_another_version_makes_every_copy_again(
    inbox: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = RepeatedJob(name, inbox)
    job.interrupt()
    before = job.times()
    monkeypatch.setattr(journals, "__version__", "0.0")
    job.run(resume=True)
    assert not before.items() & job.times().items()


@every
def test_a_copy_that_somebody_has_changed_is_not_replaced(inbox: Path, name: str) -> None:
    job = RepeatedJob(name, inbox)
    job.interrupt()
    changed = next(iter(job.copies()))
    (job.folder / changed).write_bytes(b"of somebody")
    with pytest.raises(OutputError, match="已有 1 个"):
        job.run(resume=True)
    assert job.copies()[changed] == b"of somebody"
    job.run(resume=True, force=True)
    assert job.copies()[changed] != b"of somebody"


@every
def test_a_copy_that_is_gone_or_empty_is_written_again(inbox: Path, name: str) -> None:
    job = RepeatedJob(name, inbox)
    job.run()
    expected = job.copies()
    gone, empty = list(expected)[:2]
    (job.folder / gone).unlink()
    (job.folder / empty).write_bytes(b"")
    job.run(resume=True)
    assert job.copies() == expected


def test_the_copies_of_another_command_are_not_replaced(inbox: Path) -> None:
    job = RepeatedJob("strip", inbox)
    job.run()
    other = RunOptions(keeping=Keeping(job.folder, goes_on=True, job="annotate"))
    with pytest.raises(OutputError, match="已有 3 个"):
        strip([inbox], job.folder, options=other)


def test_options_count(inbox: Path) -> None:
    job = RepeatedJob("strip", inbox)
    job.interrupt()
    plain = job.copies()
    job.run(resume=True, keep_formulas=True)
    assert all(job.copies()[copy] != data for copy, data in plain.items())
