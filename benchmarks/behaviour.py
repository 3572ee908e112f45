"""What xlperf does to a corpus of files → one JSON record; two records → their differences as text.

    python benchmarks/behaviour.py gather CORPUS [--checkout DIR] [--shared DIR]
    python benchmarks/behaviour.py record RECORD.json --corpus CORPUS [--checkout DIR] [--command WORDS]
    python benchmarks/behaviour.py compare BEFORE.json AFTER.json

Gather once and record both sides over the same corpus: the record holds a hash of every input, and
``compare`` begins with those that differ. xlperf is a black box: only its command line is used, so that the
script also runs an older checkout. ``behaviour_runs`` says what is run, ``behaviour_outputs`` what is
normalised.
"""

import argparse
import json
import sys
from pathlib import Path

from behaviour_compare import compared
from behaviour_corpus import gather
from behaviour_runs import Part, Product, record

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    options = _parser().parse_args()
    match options.action:
        case "gather":
            gather(options.corpus, Product(options.checkout, options.command), options.shared)
        case "record":
            product = Product(options.checkout, options.command)
            part = Part(options.only, options.match)
            found = record(options.corpus, product, part, options.seconds, options.keep)
            options.record.write_text(json.dumps(found, ensure_ascii=False, indent=0), "utf-8")
        case "compare":
            before, after = (json.loads(path.read_text("utf-8")) for path in (options.before, options.after))
            lines = compared(before, after)
            print("\n".join(lines) or "no differences")
            return int(bool(lines))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True)
    gathering = actions.add_parser("gather", help="write the corpus")
    gathering.add_argument("corpus", type=Path)
    gathering.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="of the cases")
    recording = actions.add_parser("record", help="run the commands over a corpus")
    recording.add_argument("record", type=Path)
    recording.add_argument("--corpus", type=Path, required=True)
    recording.add_argument("--only", type=lambda text: text.split(","), help="commands, such as check,fill")
    recording.add_argument("--match", default="", help="only over what has this text in its path")
    recording.add_argument("--seconds", type=float, default=60, help="limit of a file that is run alone")
    recording.add_argument("--keep", type=Path, help="a new folder in which all outputs are left")
    for action in (gathering, recording):
        action.add_argument("--checkout", type=Path, default=ROOT, help="whose xlperf is run")
        action.add_argument("--command", help="what starts xlperf; its entry point, unless given")
    comparing = actions.add_parser("compare", help="print what differs; exit 1 when anything does")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
