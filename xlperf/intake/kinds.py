"""A received file → what it really is, by its content and never by its name; which are our own lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xlperf.core.paths import schemas_dir
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.source import read, texts_of
from xlperf.intake.compound import OLE2, kind_of_compound, unlocked
from xlperf.intake.xlsx_reader import Book
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.parts import Package, open_zip
from xlperf.ooxml.received_bytes import read_content, refused

_HEAD = 4096
_PARTS = (("xl/workbook.xml", "xlsx"), ("word/document.xml", "docx"))
_ODF_KINDS = {"application/vnd.oasis.opendocument.spreadsheet": "ods"}
_OTHER_PARTS = (  # a part, what users call such a package
    ("ppt/presentation.xml", "演示文稿（.pptx）"),
    ("xl/workbook.bin", "二进制工作簿（.xlsb）"),
    ("content.xml", "OpenDocument 文件（.odt）"),
)
_MAGICS = (
    (b"%PDF", "PDF 文件"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"{\\rtf", "RTF 文档"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is read; ``untold`` are the codes that cannot be said of such files."""

    id: str
    name: str
    suffixes: tuple[str, ...]
    untold: frozenset[str]


@dataclass(slots=True)
class Opened:
    """A file of a known kind: its bytes, and for zip packages the open package."""

    path: str
    kind: Kind
    data: bytes
    package: Package | None = None
    was_encrypted: bool = False

    def noticed(self) -> Iterator[Finding]:
        """A suffix that tells another kind than the content."""
        suffix = Path(self.path).suffix
        if suffix.lower() not in self.kind.suffixes:
            names = {"kind": self.kind.name, "right": self.kind.suffixes[0], "suffix": suffix or "（无）"}
            yield finding("F123", Location(file=self.path), **names)


@cache
def kinds() -> dict[str, Kind]:
    """The kinds that are read, by id, as schemas/received.json declares them."""
    declared = texts_of("received")["kinds"]
    return {
        name: Kind(name, entry["name"], tuple(entry["suffixes"]), frozenset(entry["untold"]))
        for name, entry in declared.items()
    }


def open_file(path: str | Path, limits: Limits = LIMITS) -> Opened:
    """Read ``path`` and tell what it is; raises Refused for everything that is not read."""
    name = str(path)
    content = read_content(name, limits)
    data = unlocked(name, content, limits.passwords)
    was_encrypted = data is not content
    if data[:4] == b"PK\x03\x04":
        package = open_zip(name, data, limits)
        return Opened(name, kinds()[_kind_of_package(package)], data, package, was_encrypted)
    if data[:8] == OLE2:
        return Opened(name, kinds()[kind_of_compound(name, data)], data, was_encrypted=was_encrypted)
    for magic, kind in _MAGICS:
        if data.startswith(magic):
            raise refused("F107", name, kind=kind)
    text = _text(data)
    if text is None:
        raise refused("F106", name)
    head = text[:_HEAD].lstrip("\ufeff \t\r\n").lower()
    raise refused("F104" if head.startswith("<") else "F105", name)


def _kind_of_package(package: Package) -> str:
    for part, kind in _PARTS:
        if part in package.parts:
            return kind
    mime = package.part("mimetype").decode("ascii", "replace").strip()
    if mime in _ODF_KINDS:
        return _ODF_KINDS[mime]
    for part, name in _OTHER_PARTS:
        if part in package.parts:
            raise refused("F107", package.path, kind=name)
    raise refused("F107", package.path, kind="压缩包")


def _text(data: bytes) -> str | None:
    """The head of ``data`` where it is text in UTF-8, UTF-16 or GBK, else None."""
    head = data[:_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    if any(byte < 9 or 13 < byte < 32 for byte in head):
        return None
    for cut in range(4):
        for encoding in ("utf-8", "gb18030"):
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


_PROBLEMS = {"汇总", "问题清单"}
_FEWEST_LEDGER_SHEETS = 3


def kind_of(book: Book) -> str:
    """What a workbook without forms is, as users call it; "" for a workbook that is none of ours."""
    if book.kind == "xlsx" and not book.sheets:
        return "只有本程序辅助表的工作簿"
    names = {sheet.name for sheet in book.sheets}
    if names >= _PROBLEMS:
        return "本程序的问题清单"
    return "台账" if len(names & _ledger_sheets()) >= _FEWEST_LEDGER_SHEETS else ""


@cache
def helper_titles() -> frozenset[str]:
    """The titles that the helper sheets of working copies bear when they are written."""
    content = texts_of("working")
    return frozenset(content[name]["title"] for name in ("directory", "score", "check"))


@cache
def _ledger_sheets() -> frozenset[str]:
    return frozenset(read(schemas_dir() / "ledger.json", "ledger")["sheets"])
