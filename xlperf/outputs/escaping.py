"""Texts from received files made harmless for terminals, XML and spreadsheets."""

import re

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def xml_text(text: str) -> str:
    """``text`` without the characters that XML 1.0 forbids; line breaks and tabs stay."""
    return _NOT_XML.sub("", text)


def one_line(text: str) -> str:
    """``text`` on one line, without control characters, terminal commands or changes of direction."""
    return _CONTROL.sub(" ", text).strip()
