"""Help pages laid out by the width on the screen, where a Chinese letter takes two columns."""

import unicodedata
from collections.abc import Iterable, Iterator

import click

_CLOSING = "，。、；：！？）”》…"


class Formatter(click.HelpFormatter):
    """Click's formatter with Chinese headings and a wrapping that knows wide letters."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write ``用法：prog args``."""
        self.write(f"用法：{prog} {args}\n")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(f"{'':{self.current_indent}}{heading}：\n")

    def write_text(self, text: str) -> None:
        """Write a paragraph, indented and wrapped; its own line breaks stay."""
        for line in text.replace("\b\n", "").strip().splitlines():
            for part in _wrap(line, self.width - self.current_indent):
                self.write(f"{'':{self.current_indent}}{part}".rstrip() + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of terms and what they mean in two columns."""
        pairs = list(rows)
        column = self.current_indent + min(max(_width(term) for term, _ in pairs), col_max) + col_spacing
        for term, meaning in pairs:
            start = f"{'':{self.current_indent}}{term}"
            gap = column - _width(start)
            lines = f"\n{'':{column}}".join(_wrap(meaning, self.width - column))
            self.write((f"{start}{'':{gap}}" if gap > 0 else f"{start}\n{'':{column}}") + lines + "\n")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _wrap(text: str, width: int) -> Iterator[str]:
    """Cut ``text`` into lines; Latin words stay whole, closing punctuation never begins a line."""
    line = ""
    for piece in _pieces(text):
        if line and _width(line + piece.rstrip()) > width and piece not in _CLOSING:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for char in text:
        if char != " " and _width(char) == 1:
            word += char
            continue
        if word:
            yield word
        yield char
        word = ""
    if word:
        yield word
