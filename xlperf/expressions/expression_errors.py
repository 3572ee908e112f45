"""The error of a formula as its author wrote it: the text, the place in it, and what to change."""

from xlperf.core.errors import XlperfError


class ExpressionError(XlperfError):
    """A formula cannot be read.

    ``text`` is the formula, ``position`` the 0-based offset of the offending character (the length of
    the text when something is missing at its end), ``why`` a Chinese sentence for its author.
    """

    def __init__(self, text: str, position: int, why: str) -> None:
        super().__init__(f"公式“{text}”第 {position + 1} 个字符：{why}")
        self.text = text
        self.position = position
        self.why = why
