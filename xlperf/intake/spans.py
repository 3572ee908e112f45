"""The merged ranges of a sheet, as the file lists them → spans that do not overlap, within limits."""

from collections.abc import Collection, Iterable, Mapping

from xlperf.core.cell_addresses import range_boundaries

Span = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 1."""
_ROWS, _COLUMNS = 10_000, 500
"""How far a merge may reach beyond all content."""
_CELLS = 500_000
"""Cells that all merges of a sheet may cover together."""


def merged_spans(
    ranges: Iterable[str], filled: Collection[tuple[int, int]]
) -> tuple[Mapping[tuple[int, int], Span], Collection[tuple[int, int]]]:
    """The spans by their first cell (row, column), and the first cells of those that were left out.

    ``filled`` are the cells with content. A merge that overlaps an earlier one, or that would cover too
    many cells, is left out; one that reaches far beyond the content is cut.
    """
    last_row = max((row for row, _ in filled), default=0)
    last_column = max((column for _, column in filled), default=0)
    spans: dict[tuple[int, int], Span] = {}
    dropped: list[tuple[int, int]] = []
    taken: set[tuple[int, int]] = set()
    for text in ranges:
        left, top, right, bottom = (number or 1 for number in range_boundaries(text))
        bottom = min(bottom, max(last_row, _ROWS, top))
        right = min(right, max(last_column, _COLUMNS, left))
        area = (bottom - top + 1) * (right - left + 1)
        if area <= 1:
            continue
        if len(taken) + area > _CELLS:
            dropped.append((top, left))
            continue
        places = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if places.isdisjoint(taken):
            taken |= places
            spans[top, left] = top, left, bottom, right
        else:
            dropped.append((top, left))
    return spans, dropped
