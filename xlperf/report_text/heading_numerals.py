"""Small Chinese numbers ↔ integers: 一, 十, 十二, 二十三."""

from xlperf.report_text.grammar import grammar


def chinese(number: int) -> str:
    """``number`` (1 to 99) in Chinese; in digits beyond that."""
    if not 0 < number < 100:
        return str(number)
    digits, ten = _words()
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else ten if tens == 1 else digits[tens] + ten
    return lead + (digits[ones] if ones else "")


def value(text: str) -> int | None:
    """The number that ``text`` writes, in digits or in Chinese up to 99; None for anything else."""
    if text.isascii() and text.isdigit():
        return int(text)
    return next((number for number in range(1, 100) if chinese(number) == text), None)


def _words() -> tuple[str, str]:
    headings = grammar().raw["headings"]
    return headings["numerals"], headings["ten"]
