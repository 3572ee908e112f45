"""The name of a module → an object that imports it when something of it is first asked for."""

from importlib import import_module
from typing import Any


class LazyModule:
    """``LazyModule("lxml.etree").fromstring`` imports lxml.etree; nothing is imported before.

    For libraries that only some files or commands need. Type checkers see the real import:
    ``if TYPE_CHECKING: from lxml import etree`` / ``else: etree = LazyModule("lxml.etree")``.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(import_module(self._name), attribute)
        setattr(self, attribute, found)
        return found
