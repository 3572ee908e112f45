"""Files are written whole or not at all, and every failure of a disk is one Chinese sentence."""

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.core.errors import OutputError
from xlperf.core.files import atomic_write, ensure_writable_dir, output_error, safe_name

LEFTOVERS = ".xlperf-*"


def test_writes_and_replaces(tmp_path):
    path = tmp_path / "清单 (1).xlsx"
    atomic_write(path, b"one")
    atomic_write(str(path), b"two", sync=True)
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_file_has_the_rights_of_ordinary_files(tmp_path):
    (tmp_path / "ordinary").write_bytes(b"")
    atomic_write(tmp_path / "written", b"")
    rights = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("ordinary", "written")]
    assert rights[0] == rights[1]


def test_a_link_stays_a_link(tmp_path):
    real = tmp_path / "share" / "real.xlsx"
    real.parent.mkdir()
    real.write_bytes(b"old")
    link = tmp_path / "link.xlsx"
    link.symlink_to(real)
    atomic_write(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_full_disk_is_a_sentence():
    with pytest.raises(OutputError, match=r"无法写入“/dev/full”：磁盘空间不足"):
        atomic_write("/dev/full", b"x")


def test_full_disk_halfway_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "清单.xlsx"
    path.write_bytes(b"old")

    def no_space(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OutputError, match="磁盘空间不足"):
        atomic_write(path, b"new", sync=True)
    assert path.read_bytes() == b"old"
    assert not list(tmp_path.glob(LEFTOVERS))


def test_interruption_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        atomic_write(tmp_path / "a", b"new", sync=True)
    assert not list(tmp_path.iterdir())


def test_name_too_long(tmp_path):
    with pytest.raises(OutputError, match="过长"):
        atomic_write(tmp_path / ("长" * 100 + ".xlsx"), b"x")
    assert not list(tmp_path.iterdir())


def test_target_is_a_folder(tmp_path):
    with pytest.raises(OutputError, match="同名文件夹"):
        atomic_write(tmp_path, b"x")


def test_folder_is_missing(tmp_path):
    with pytest.raises(OutputError, match="无法写入"):
        atomic_write(tmp_path / "missing" / "a", b"x")


def test_nul_in_path():
    with pytest.raises(OutputError, match="不接受的字符"):
        atomic_write("a\0b", b"x")


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (errno.ENOSPC, "空间不足"),
        (errno.EACCES, "正被 Excel、WPS 打开"),
        (errno.EROFS, "只读"),
        (errno.ENAMETOOLONG, "过长"),
        (errno.ELOOP, "系统报告"),
    ],
)
def test_reasons(number, word):
    text = str(output_error("甲.xlsx", OSError(number, os.strerror(number))))
    assert text.startswith("无法写入“甲.xlsx”：")
    assert word in text
    assert text.endswith("。")


def test_folder_is_made_with_parents_and_left_empty(tmp_path):
    folder = ensure_writable_dir(tmp_path / "甲" / "乙")
    assert folder.is_dir()
    assert not list(folder.iterdir())
    assert ensure_writable_dir(folder) == folder


def test_folder_that_is_a_file(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(OutputError, match="不是文件夹"):
        ensure_writable_dir(tmp_path / "a")
    with pytest.raises(OutputError, match="不是文件夹"):
        ensure_writable_dir(tmp_path / "a" / "b")


def test_folder_that_takes_no_file(tmp_path, monkeypatch):
    def refused(*args):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", refused)
    with pytest.raises(OutputError, match="只读"):
        ensure_writable_dir(tmp_path)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("101001 君山区住建局", "101001 君山区住建局"),
        ('a<b>c:d"e/f\\g|h?i*j', "a_b_c_d_e_f_g_h_i_j"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "未命名"),
        (" 局. . ", "局"),
        ("", "未命名"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("Com1 ", "_Com1"),
        ("CONTROL", "CONTROL"),
        ("COM10", "COM10"),
        ("甲\n乙\t丙", "甲 乙 丙"),
        ("甲\u200b乙\u202e丙\x07", "甲乙丙"),
        ("甲\ud800乙", "甲乙"),
        ("e\u0301", "é"),
        ("长" * 100, "长" * 40),
    ],
)
def test_safe_names(text, name):
    assert safe_name(text) == name


@given(st.text(max_size=200), st.integers(min_value=10, max_value=120))
def test_safe_name_always_makes_a_file_inside_the_folder(text, most):
    name = safe_name(text, most)
    assert 0 < len(name.encode()) <= most
    assert not set(name) & set('<>:"/\\|?*')
    assert name == name.strip(" .")
    assert name.isprintable()
    assert (Path("folder") / name).resolve().parent == Path("folder").resolve()
