"""A folder of .csv files → Grids; encoding and separator of each file are told by its content."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from xlperf.core.errors import InputError
from xlperf.ledgers.grids import Grid, grid_of_rows

_ENCODINGS = ("utf-8-sig", "gb18030")
_SEPARATORS = ",;\t|"
_LONGEST_FIELD = 1_000_000


def read_folder(path: Path) -> Iterator[Grid]:
    """One Grid for each .csv file, by name; InputError when there is none or one cannot be read."""
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    if not files:
        books = sorted(path.glob("*.xlsx"))
        hint = f"要用其中的工作簿，请写出它的路径，如“{books[0]}”。" if books else ""
        raise InputError(f"文件夹“{path}”里没有 .csv 文件，不是台账。{hint}")
    csv.field_size_limit(_LONGEST_FIELD)
    for file in files:
        text = _decoded(file)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
        try:
            yield grid_of_rows(file.stem, reader)
        except csv.Error:
            raise InputError(
                f"“{file}”到第 {reader.line_num} 行读不下去：双引号没有成对，或一格文字过长；"
                "请用 Excel 或 WPS 打开核对，另存为“CSV UTF-8（逗号分隔）”。"
            ) from None


def _decoded(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError:
        raise InputError(f"“{file}”无法读取，请核对权限。") from None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"“{file}”既不是 UTF-8 也不是 GBK 编码，请另存为“CSV UTF-8（逗号分隔）”。")


def _separator(text: str) -> str:
    """The separator that the first line with any has most of, the comma otherwise."""
    for line in text.splitlines():
        counts = {mark: line.count(mark) for mark in _SEPARATORS}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ","
