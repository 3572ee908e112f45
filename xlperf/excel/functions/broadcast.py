"""One cell against a range: arguments of one shape, single cells combined with each of them."""

from collections.abc import Callable, Sequence
from typing import Any

from xlperf.declarations.worksheet_functions import Problem
from xlperf.expressions import Value

Result = Value | list[list[Value]]
Rows = Sequence[Sequence[Any]]
Kernel = Callable[[Rows], Sequence[Value]]
"""The arguments of each cell of the result, row by row → the results."""


def spread(grids: Sequence[Rows], kernel: Kernel) -> Result:
    """The result of ``kernel`` in the shape of the ranges; one value where all are single cells.

    Raises Problem for ranges of different shapes.
    """
    shapes = {_shape(one) for one in grids} - {(1, 1)}
    if len(shapes) > 1:
        raise Problem("shapes")
    if not shapes:
        return kernel([[one[0][0] for one in grids]])[0]
    ((height, width),) = shapes
    columns = [_flat(one, height * width) for one in grids]
    results = kernel(list(zip(*columns, strict=True)))
    return [list(results[start : start + width]) for start in range(0, height * width, width)]


def _shape(one: Rows) -> tuple[int, int]:
    return len(one), len(one[0])


def _flat(one: Rows, count: int) -> list[Any]:
    cells = [cell for row in one for cell in row]
    return cells * count if len(cells) == 1 else cells
