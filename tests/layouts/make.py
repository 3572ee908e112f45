"""The documents of pages/ as files of a folder: python -m tests.layouts.make FOLDER [--truth].

With --truth the files NN.json and NN.findings.json of truth/ are written from the pages too."""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.layouts import sheets, words
from tests.layouts.pages import Document, documents, written

TRUTH = Path(__file__).resolve().parent / "truth"
AT_ONCE = 100
CONVENTIONS = (
    "blank and dashes are null; amounts in 万元; percent: fraction; weights in points; "
    "target and actual as the page shows them; "
    "official names without numbering, 其中 and colons; what only this layout has bears its printed label; "
    "levels left blank under the cell that names them are carried; rows of a list of projects carry nothing"
)


def draw(folder: Path, kinds: tuple[str, ...] = ("xlsx", "docx", "xls")) -> list[Path]:
    """The files of every document in ``folder``; .xls is left out where LibreOffice is not installed."""
    made: list[Path] = []
    with tempfile.TemporaryDirectory() as place:
        old: list[Path] = []
        for document in documents():
            for kind in document.kinds:
                if kind not in kinds:
                    continue
                if kind == "xls":
                    old.append(Path(place) / f"{document.number}.xlsx")
                    sheets.write(document, old[-1])
                    continue
                made.append(folder / f"{document.number}.{kind}")
                (sheets if kind == "xlsx" else words).write(document, made[-1])
        if old and shutil.which("soffice"):
            made += to_xls(old, folder)
    return sorted(made)


def to_xls(workbooks: list[Path], folder: Path) -> list[Path]:
    """Workbooks as .xls, many in one call of LibreOffice; raises where one of them did not come out."""
    with tempfile.TemporaryDirectory() as profile:
        settings = [f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xls"]
        for start in range(0, len(workbooks), AT_ONCE):
            batch = [str(path) for path in workbooks[start : start + AT_ONCE]]
            command = ["soffice", *settings, "--outdir", str(folder), *batch]
            subprocess.run(command, check=True, capture_output=True, timeout=300)
    made = [folder / f"{path.stem}.xls" for path in workbooks]
    if lost := [path.name for path in made if not path.exists()]:
        raise FileNotFoundError(", ".join(lost))
    return made


def truths(document: Document) -> dict[str, str]:
    """The texts of NN.json and NN.findings.json."""
    return {
        f"{document.number}.json": written(document.json(CONVENTIONS)),
        f"{document.number}.findings.json": written(document.findings()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--truth", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for path in draw(asked.folder):
        print(path)
    for document in documents() if asked.truth else ():
        TRUTH.mkdir(exist_ok=True)
        for name, text in truths(document).items():
            (TRUTH / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
