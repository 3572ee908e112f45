"""Arguments of one shape, single cells repeated to that shape → the result of a function, cell by cell."""

from collections.abc import Callable, Sequence
from typing import Any

from xlperf.declarations.worksheet_functions import Problem
from xlperf.expressions import Value

Result = Value | list[list[Value]]
Rows = Sequence[Sequence[Any]]
Kernel = Callable[[Rows], Sequence[Value]]
"""The arguments of each cell of the result, row by row → the results."""


def broadcast(grids: Sequence[Rows], kernel: Kernel) -> Result:
    """The result of ``kernel`` in the shape of the ranges; one value where all are single cells.

    Raises Problem for ranges of different shapes.
    """
    shapes = {_shape(grid) for grid in grids} - {(1, 1)}
    if len(shapes) > 1:
        raise Problem("shapes")
    if not shapes:
        return kernel([[grid[0][0] for grid in grids]])[0]
    ((height, width),) = shapes
    columns = [_flat(grid, height * width) for grid in grids]
    results = kernel(list(zip(*columns, strict=True)))
    return [list(results[start : start + width]) for start in range(0, height * width, width)]


def _shape(grid: Rows) -> tuple[int, int]:
    return len(grid), len(grid[0])


def _flat(grid: Rows, count: int) -> list[Any]:
    cells = [cell for row in grid for cell in row]
    return cells * count if len(cells) == 1 else cells
