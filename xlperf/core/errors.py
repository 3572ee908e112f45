"""The exceptions of xlperf, a tree of three.

XlperfError            one Chinese sentence for the user; the command line prints it and exits 2
├── InputError         what the user gave cannot be used: a path, a ledger, a profile name
├── OutputError        the result cannot be written: disk full, folder read-only, file exists
└── DeclarationError   a declaration under schemas/ is wrong; names file and place, for its author
"""


class XlperfError(Exception):
    """Base of all errors whose text is meant for the user."""


class InputError(XlperfError):
    """Something the user passed in is missing, unreadable or of the wrong kind."""


class OutputError(XlperfError):
    """A result could not be written; nothing half written is left behind."""


class DeclarationError(XlperfError):
    """A declaration is wrong. ``place`` is ``file: path inside it``, ``why`` says what to change."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}：{why}")
        self.place = place
        self.why = why
