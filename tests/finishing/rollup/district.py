"""A made-up district of a few units, each with something of its own, as filled workbooks in a folder."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.jobs.fill import file_name
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import writer_of

PROFILE = load_profile("hunan-yueyang-2024")
Change = Callable[[Filing], None]


@cache
def _demo(count: int) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        write_demo_ledger(path, PROFILE, count)
        return path.read_bytes()


def ledger(folder: Path, count: int) -> Path:
    """The ledger of the first ``count`` units of the demo."""
    path = folder / "台账.xlsx"
    path.write_bytes(_demo(count))
    return path


def filings(count: int) -> list[Filing]:
    """What the ledger says of the first ``count`` units, each as often as asked for a new copy."""
    with TemporaryDirectory() as folder:
        return read_ledger(ledger(Path(folder), count), PROFILE).filings


def over_staffed(filing: Filing) -> None:
    """Two people more than posts."""
    record = filing.of("基础")[0]
    record.fields["在职人数"] = record.fields["编制数"] + 2


def over_budget(filing: Filing) -> None:
    """Spends 150 of a budget of 100 on running costs."""
    record = filing.of("基础")[0]
    record.fields |= {"公用经费_本年预算数": 100.0, "公用经费_本年决算数": 150.0}


def scored_low(filing: Filing) -> None:
    """Half of the points for every indicator."""
    for row in filing.of("整体")[0].tables["指标"]:
        row["得分"] = row["分值"] / 2


def in_yuan(filing: Filing) -> None:
    """Every amount of the three forms in 元."""
    for record in filing.records:
        form = PROFILE.forms[record.form]
        for name, value in record.fields.items():
            if form.fields[name].type.id == "amount" and isinstance(value, float):
                record.fields[name] = value * 10000


def write(folder: Path, units: list[Filing], changes: Mapping[int, Change] | None = None) -> Path:
    """Write a workbook for each unit, ``changes`` made first, by place in ``units``."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = writer_of(PROFILE)
    for number, filing in enumerate(units):
        if changes and number in changes:
            changes[number](filing)
        (folder / file_name(filing)).write_bytes(writer.workbook(filing))
    return folder
