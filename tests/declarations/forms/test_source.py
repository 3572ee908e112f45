"""Declaration files that an editor has saved in another way."""

import pytest

from xlperf.core.errors import DeclarationError
from xlperf.declarations.source import read


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    (tmp_path / "甲.json").write_text('{"口径": 1}', "utf-8-sig")
    with pytest.raises(DeclarationError, match=r"甲\.json：最外层"):
        read(tmp_path / "甲.json", "profile")


def test_another_encoding_is_named(tmp_path):
    (tmp_path / "甲.json").write_text('{"name": "口径"}', "gbk")
    with pytest.raises(DeclarationError, match="不是 UTF-8 编码"):
        read(tmp_path / "甲.json", "profile")


def test_a_folder_is_no_declaration(tmp_path):
    with pytest.raises(DeclarationError, match="系统不让读取"):
        read(tmp_path, "profile")
