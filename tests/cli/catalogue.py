"""xlperf.po → xlperf.mo, the file that gettext reads: ``python -m tests.cli.catalogue`` writes it again."""

import struct
from ast import literal_eval
from pathlib import Path

from xlperf import cli

FOLDER = Path(cli.__file__).parent / "locale" / "zh_CN" / "LC_MESSAGES"
MAGIC = 0x950412DE
HEADER = struct.Struct("<7I")


def messages(text):
    """msgid → msgstr of a catalogue; singular and plural of a msgid are joined by NUL, as in a .mo."""
    found = {}
    for block in text.split("\n\n"):
        entry = {}
        for line in block.splitlines():
            if line and not line.startswith("#"):
                keyword, literal = line.split(" ", 1)
                entry[keyword] = literal_eval(literal)
        if entry:
            key = "\0".join(entry[word] for word in ("msgid", "msgid_plural") if word in entry)
            assert key not in found, key
            found[key] = entry.get("msgstr") or entry["msgstr[0]"]
    return found


def compiled(found):
    """The bytes of the .mo: a header, two tables of (length, offset), the texts, each ended by NUL."""
    texts = [[text.encode() for text in side] for side in zip(*sorted(found.items()), strict=True)]
    count = len(found)
    start = HEADER.size + 16 * count
    tables, body = [], b""
    for side in texts:
        for text in side:
            tables.append(struct.pack("<2I", len(text), start + len(body)))
            body += text + b"\0"
    header = HEADER.pack(MAGIC, 0, count, HEADER.size, HEADER.size + 8 * count, 0, 0)
    return header + b"".join(tables) + body


if __name__ == "__main__":
    (FOLDER / "xlperf.mo").write_bytes(compiled(messages((FOLDER / "xlperf.po").read_text("utf-8"))))
