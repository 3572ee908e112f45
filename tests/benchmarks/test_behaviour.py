"""benchmarks/behaviour.py over a tiny corpus, with xlperf itself and with a stand-in for it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "behaviour.py"
STAND_IN = """
import json, sys, time, zipfile
from pathlib import Path
command, source = sys.argv[1], Path(sys.argv[2])
targets = [Path(sys.argv[at + 1]) for at, word in enumerate(sys.argv) if word == "-o"]
files = sorted(path for path in ([source] if source.is_file() else source.rglob("*")) if path.is_file())
for file in files:
    if "slow" in file.name: time.sleep(60)
    if "refused" in file.name: print(f"Error: {file}"), sys.exit(2)
print(f"{Path.cwd()}/somewhere 用时 {time.time() % 100:.1f} 秒", file=sys.stderr)
if command == "check":
    targets[0].parent.mkdir(parents=True, exist_ok=True)
    empty = dict.fromkeys(("sheet", "item", "label"), "")
    findings = [
        {"code": "X1", "severity": "error", "cell": "A1", "message": text, "file": str(file), **empty}
        for file in files for text in [file.read_text()] if text != "good"
    ]
    report = {"files": [{"file": str(file)} for file in files], "findings": findings}
    targets[0].write_text(json.dumps(report))
elif command == "annotate":
    targets[0].mkdir()
    for file in files:
        with zipfile.ZipFile(targets[0] / file.name, "w") as package:
            package.writestr("xl/sheet1.xml", file.read_text())
            package.writestr("xl/links.rels", f"file://{Path.cwd()}/{file} 用时 {time.time() % 100:.1f} 秒")
            package.writestr("docProps/core.xml", time.strftime("%Y-%m-%dT%H:%M:%SZ"))
elif "json" in sys.argv:
    print(json.dumps([{"source": file.name, "forms": [{"text": file.read_text()}]} for file in files]))
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path):
    """A corpus of two good files, and the stand-in."""
    together = tmp_path / "corpus" / "together" / "two"
    together.mkdir(parents=True)
    for name in ("a.xlsx", "b.xlsx"):
        (together / name).write_text("good")
    (tmp_path / "stand_in.py").write_text(STAND_IN, "utf-8")
    return tmp_path


def recorded(folder: Path, name: str, *options: object) -> Path:
    command = f"{sys.executable} {folder / 'stand_in.py'}"
    done = run("record", folder / name, "--corpus", folder / "corpus", "--command", command, *options)
    assert done.returncode == 0, done.stderr
    return folder / name


def test_two_records_of_the_same_are_equal(folder):
    done = run("compare", recorded(folder, "1.json"), recorded(folder, "2.json"))
    assert (done.returncode, done.stdout) == (0, "no differences\n")


def test_a_changed_file_is_seen_in_findings_content_and_parts(folder):
    before = recorded(folder, "1.json")
    (folder / "corpus" / "together" / "two" / "b.xlsx").write_text("wrong")
    done = run("compare", before, recorded(folder, "2.json"))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert "INPUT together/two/b.xlsx: ~ not the same file in both records" in lines
    assert "  + error X1 A1: wrong" in lines
    assert "  forms[0].text: ~ good → wrong" in lines
    assert lines[lines.index("together/two: b.xlsx") + 1] == "  forms[0].text: ~ good → wrong"
    assert "  output: ~ ~xl/sheet1.xml" in lines
    assert "a.xlsx" not in done.stdout


def test_other_words_of_a_finding_are_a_change(folder):
    changed = folder / "corpus" / "together" / "two" / "b.xlsx"
    changed.write_text("wrong")
    before = recorded(folder, "1.json", "--only", "check")
    changed.write_text("worse")
    done = run("compare", before, recorded(folder, "2.json", "--only", "check"))
    assert "  ~ error X1 A1, message: ~ wrong → worse" in done.stdout.splitlines()


def test_a_part_is_compared_with_the_whole(folder):
    before = recorded(folder, "1.json")
    after = recorded(folder, "2.json", "--only", "check,strip", "--match", "two")
    assert list(json.loads(after.read_text("utf-8"))["runs"]) == ["check together/two", "strip together/two"]
    assert run("compare", before, after).returncode == 0


def test_a_file_that_stops_a_batch_hides_no_other(folder):
    (folder / "corpus" / "together" / "two" / "refused.xlsx").write_text("good")
    runs = json.loads(recorded(folder, "1.json").read_text("utf-8"))["runs"]
    assert runs["annotate together/two"]["exit"] == 2
    assert runs["annotate together/two/refused.xlsx"]["exit"] == 2
    assert list(runs["annotate together/two/a.xlsx"]["outputs"]) == ["a.xlsx"]


def test_a_file_that_takes_too_long_is_stopped(folder):
    shutil.rmtree(folder / "corpus" / "together")
    (folder / "corpus" / "alone").mkdir()
    (folder / "corpus" / "alone" / "slow.xlsx").write_text("good")
    runs = json.loads(recorded(folder, "1.json", "--seconds", "1").read_text("utf-8"))["runs"]
    assert {name: result["exit"] for name, result in runs.items()} == {"check alone/slow.xlsx": "timeout"}


def test_xlperf_itself(tmp_path):
    corpus = tmp_path / "corpus" / "together" / "two"
    corpus.mkdir(parents=True)
    shutil.copy(SCRIPT.parents[1] / "workbooks" / "national-2020.xlsx", corpus / "a.xlsx")
    (corpus / "b.xlsx").write_bytes(b"no workbook")
    record = tmp_path / "1.json"
    done = run("record", record, "--corpus", tmp_path / "corpus", "--only", "check")
    assert done.returncode == 0, done.stderr
    result = json.loads(record.read_text("utf-8"))["runs"]["check together/two"]
    assert {found["code"] for found in result["findings"]["in/together/two/b.xlsx"]["findings"]} == {"F105"}
    assert len(result["outputs"]) == 6
    assert str(tmp_path) not in record.read_text("utf-8")
