"""schemas/pages.json and word.json → the words and notes of pages, and what Word prints."""

from xlperf.declarations.source import Texts, text_of, texts_of


def page_words() -> Texts:
    """The content of pages.json."""
    return texts_of("pages")


def word_words() -> Texts:
    """The content of word.json."""
    return texts_of("word")


def note(name: str, **context: str) -> str:
    """The note called ``name`` with its gaps filled from ``context``."""
    return text_of("pages", "notes", name, **context)
