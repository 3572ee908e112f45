"""The demo ledgers, the cases of tests/received and the shared cases → a folder of files to run xlperf on.

``ledgers/PROFILE/`` is filled, ``rosters/NAME/`` is a ledger with what was received (``check --ledger``),
every folder of ``together/`` is one batch, every file of ``alone/`` may hang and is run by itself.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from behaviour_runs import Product

MAIN, OTHER = "hunan-yueyang-2024", "hunan-hengyang-2023"
LEDGERS = {"演示台账.xlsx": MAIN, "演示台账-衡阳.xlsx": OTHER}
_NO_CASE = ("*.json", "*.py", "*.md", "__pycache__")
_CASES = """
import sys
from pathlib import Path
from tests.received.copies import KINDS
from tests.received.good import file_name
for expected in sorted(Path("tests/received").glob("*/*/expected.json")):
    case = expected.parent
    files = [(path.read_bytes(), path.name) for path in case.iterdir() if path.suffix != ".json"]
    built = files[0] if files else KINDS[case.name]()
    content, name = built if isinstance(built, tuple) else (built, file_name())
    target = Path(sys.argv[1], "received-" + case.parent.name, case.name + Path(name).suffix)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
"""
"""One folder for all, each file named for its case: files of one name would get no outputs."""


def gather(corpus: Path, product: "Product", shared: Path) -> None:
    """Write the corpus into the new folder ``corpus``: made by ``product``, copied from ``shared``."""
    corpus.mkdir(parents=True)
    corpus = corpus.resolve()
    together = corpus / "together"
    _demo(corpus, product)
    subprocess.run(
        [sys.executable, "-c", _CASES, together], cwd=product.checkout, env=product.environment, check=True
    )
    cases = shared / "cases"
    for source in (*sorted(cases.glob("0*")), cases / "received"):
        _copy(source, together / f"cases-{source.name}")
    _copy(shared / "layouts", together / "layouts")
    _copy(cases / "packages", together / "packages")
    _copy(cases / "hostile", corpus / "alone")
    _copy(cases / "ledgers", corpus / "ledgers" / MAIN)
    for ledger in sorted((cases / "ledgers").glob("03_*")):
        roster = corpus / "rosters" / ledger.stem
        _copy(cases / "packages" / ledger.stem, roster / "received")
        shutil.copy(ledger, roster / "ledger.xlsx")


def _demo(corpus: Path, product: "Product") -> None:
    """The ledgers; of each some units as filled, with and without helper sheets; what the demo spoilt."""
    for name, profile in LEDGERS.items():
        ledger = corpus / "ledgers" / profile / name
        ledger.parent.mkdir(parents=True)
        shutil.copy(product.checkout / "workbooks" / name, ledger)
        for kind, options, count in (("plain", [], 6), ("working", ["--working"], 3)):
            scratch = corpus / "scratch"
            product.run(["fill", ledger, "-p", profile, "-o", scratch, *options], corpus)
            target = corpus / "together" / f"demo-{profile}-{kind}"
            target.mkdir(parents=True)
            for file in sorted(scratch.iterdir())[:count]:
                shutil.move(file, target)
            shutil.rmtree(scratch)
    product.run(["demo", "-o", corpus / "scratch", "--units", "24"], corpus)
    _copy(corpus / "scratch" / "收到", corpus / "together" / "demo-spoilt")
    shutil.copy(corpus / "scratch" / "演示台账.xlsx", corpus / "ledgers" / MAIN / "demo.xlsx")
    shutil.rmtree(corpus / "scratch")


def _copy(source: Path, target: Path) -> None:
    """Copy a folder without the answers and the tools that are in it."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*_NO_CASE), dirs_exist_ok=True)
