"""What an upload may hold: sizes while they are read, names as labels, broken and slow bodies."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from xlperf.server.intake.settings import BadRequestError, limits, said
from xlperf.server.intake.uploads import Upload, drain, label

BOUNDARY = "b0undary"
KIND = f"multipart/form-data; boundary={BOUNDARY}"


def part(name: str, data: bytes, field: str = "files") -> bytes:
    lead = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    return lead.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


async def pieces(data: bytes, size: int = 7, pause: float = 0):
    for at in range(0, len(data), size):
        if pause:
            await asyncio.sleep(pause)
        yield data[at : at + size]


def taken(folder: Path, data: bytes, kind: str = KIND, **given):
    async def take():
        return await Upload(folder, kind).take(pieces(data, **given))

    return asyncio.run(take())


def refused(folder: Path, data: bytes, kind: str = KIND, **given) -> BadRequestError:
    with pytest.raises(BadRequestError) as caught:
        taken(folder, data, kind, **given)
    return caught.value


def test_files_lie_under_numbers_with_their_names_as_labels(tmp_path):
    data = body(part("../../附件 一.xlsx", b"PK\r\n--b0undar"), part("C:\\tmp\\报告.docx", b""))
    first, second = taken(tmp_path, data)
    assert (first.name, second.name) == ("附件 一.xlsx", "报告.docx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1"]
    assert (tmp_path / "0").read_bytes() == b"PK\r\n--b0undar"
    assert first.digest == hashlib.sha256(b"PK\r\n--b0undar").hexdigest()
    assert (first.size, second.size) == (13, 0)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd.xlsx", "passwd.xlsx"),
        ("a\u202exslx.exe.xlsx", "axslx.exe.xlsx"),
        ("e\u0301.xlsx", "é.xlsx"),
        ("a\x00b\x1f.xlsx", "ab.xlsx"),
        ('<b>"|?*.xlsx', "_b_____.xlsx"),
        ("CON.xlsx", "_CON.xlsx"),
    ],
)
def test_labels_have_no_folders_and_nothing_invisible(given, kept):
    assert label(given) == kept


def test_a_long_name_keeps_its_type(tmp_path):
    name = label(f"{'长' * 500}.xlsx")
    assert name.endswith("长.xlsx")
    assert len(name.encode()) <= limits()["name_bytes"] + 5


def test_two_files_of_one_name(tmp_path):
    files = taken(tmp_path, body(part("附件.xlsx", b"1"), part("a/附件.XLSX", b"2"), part("附件.xlsx", b"3")))
    assert [file.name for file in files] == ["附件.xlsx", "附件（2）.XLSX", "附件（3）.xlsx"]


def test_too_much_is_refused_while_it_is_read(tmp_path, monkeypatch):
    for name, most in (("file_bytes", 1000), ("package_bytes", 2500), ("files", 3)):
        monkeypatch.setitem(limits(), name, most)
    (tmp_path / "1").mkdir()
    assert refused(tmp_path / "1", body(part("a.xlsx", b"x" * 10**6)), size=100).status == 413
    assert (tmp_path / "1" / "0").stat().st_size <= 1000
    (tmp_path / "2").mkdir()
    whole = body(
        *(part(f"{number}.xlsx", b"x" * 900, field) for number, field in enumerate(("files", "o") * 20))
    )
    assert refused(tmp_path / "2", whole).status == 413
    (tmp_path / "3").mkdir()
    many = refused(tmp_path / "3", body(*(part(f"{number}.xlsx", b"x") for number in range(4))))
    assert (many.status, str(many)) == (413, said("too_many_files", files=3))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no multipart",
        body(part("附件.xlsx", b"x"))[:-10],
        b"--" + b"x" * 5000,
        f"--{BOUNDARY}\r\n{'a' * 20000}: b\r\n\r\nx\r\n--{BOUNDARY}--\r\n".encode(),
        f"--{BOUNDARY}\r\n{''.join(f'a{n}: b' + chr(13) + chr(10) for n in range(50))}\r\nx".encode(),
    ],
)
def test_broken_bodies(tmp_path, data):
    assert refused(tmp_path, data, size=1000).status == 400


@pytest.mark.parametrize(
    "kind", ["", "application/json", "multipart/form-data", "multipart/mixed; boundary=a"]
)
def test_other_kinds_of_bodies(tmp_path, kind):
    assert refused(tmp_path, b"{}", kind).status == 415


def test_nothing_that_can_be_checked(tmp_path):
    assert refused(tmp_path, body(part("照片.jpg", b"x"), part("附件.xlsx", b"x", "other"))).status == 422
    (tmp_path / "2").mkdir()
    assert [file.name for file in taken(tmp_path / "2", body(part("一包.zip", b"x")))] == ["一包.zip"]


def test_who_stops_sending_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setitem(limits(), "idle_seconds", 0.05)
    assert refused(tmp_path, body(part("附件.xlsx", b"x")), size=50, pause=5).status == 408
    monkeypatch.setitem(limits(), "idle_seconds", 5)
    monkeypatch.setitem(limits(), "upload_seconds", 0.05)
    (tmp_path / "2").mkdir()
    assert refused(tmp_path / "2", body(part("附件.xlsx", b"x")), size=2, pause=0.02).status == 408


def test_what_is_refused_is_listened_to_within_bounds(monkeypatch):
    async def left(most: int, seconds: float = 5, pause: float = 0) -> int:
        monkeypatch.setitem(limits(), "package_bytes", most)
        monkeypatch.setitem(limits(), "drain_pause_seconds", seconds)
        source = pieces(b"x" * 1000, 100, pause)
        await drain(source)
        return sum([len(piece) async for piece in source])

    assert asyncio.run(left(10_000)) == 0
    assert asyncio.run(left(300)) == 700
    assert asyncio.run(left(300, 0.01, 5)) == 0
