"""Pieces of filings → the units that sent them: which files make one unit's package.

All pieces in a folder or .zip are one unit's unless two of them have forms of different units. Then, and
across folders, pieces go together whose unit has the same name, in a form, in the report's title or in
the file's name. Workbooks that are complete by themselves stay by themselves.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from xlperf.checks.filing_parts import Piece, is_same_unit
from xlperf.checks.units import named_unit
from xlperf.notation.names import name_key
from xlperf.ooxml.archive import SUFFIX as ARCHIVE

Group = list[Piece]


def grouped(pieces: Sequence[Piece]) -> list[Group]:
    """The packages of two pieces or more, each in the order of ``pieces``."""
    order = {piece.path: place for place, piece in enumerate(pieces)}
    found = _joined([group for group in _folders(pieces) if group])
    packages = [
        sorted(group, key=lambda piece: order[piece.path])
        for group in found
        if len(group) > 1 and not all(piece.is_alone for piece in group)
    ]
    return sorted(packages, key=lambda group: order[group[0].path])


def container(path: str) -> Path:
    """The .zip or, without one, the folder that a piece lies in."""
    parents = Path(path).parents
    return next((one for one in parents if one.suffix.lower() == ARCHIVE), parents[0])


def _folders(pieces: Sequence[Piece]) -> Iterator[Group]:
    by_folder: dict[Path, Group] = defaultdict(list)
    for piece in pieces:
        by_folder[container(piece.path)].append(piece)
    taken: set[Path] = set()
    for folder in sorted(by_folder, key=lambda one: len(one.parts)):
        if folder in taken:
            continue
        below = [one for one in by_folder if folder in one.parents and one not in taken]
        together = [piece for one in (folder, *below) for piece in by_folder[one]]
        if not all(piece.is_alone for piece in by_folder[folder]) and _one_unit(together):
            taken.update(below)
            yield together
        else:
            yield from _by_name(by_folder[folder])


def _one_unit(pieces: Sequence[Piece]) -> bool:
    """Whether no two pieces are of different units, as far as they tell."""
    own = [piece for piece in pieces if piece.name]
    codes = {piece.code for piece in own if piece.code}
    if any(piece.is_alone for piece in own) and codes:
        codes |= {code for piece in pieces if (code := named_unit(piece.path)[0])}
    longest = max((piece.name for piece in own), key=len, default="")
    return len(codes) < 2 and all(is_same_unit(piece.name, longest) for piece in own)


def _by_name(pieces: Group) -> Iterator[Group]:
    """The pieces of one folder by unit; those that tell no unit, and that no name leads to, alone."""
    if not all(piece.is_alone for piece in pieces) and _one_unit(pieces):
        yield pieces
        return
    units: dict[tuple[str, str], Group] = {}
    coded: dict[str, Group] = {}
    for piece in sorted(pieces, key=lambda piece: not piece.code):
        if piece.name:
            name = name_key(piece.name)
            group = units.get((piece.code, name)) or (None if piece.code else coded.get(name))
            if group is None:
                group = units[piece.code, name] = []
                coded.setdefault(name, group)
            group.append(piece)
    for piece in pieces:
        if not piece.name:
            fitting = [unit for unit in units if _leads_to(piece, *unit)]
            if fitting:
                units[max(fitting, key=lambda unit: len(unit[1]))].append(piece)
            else:
                yield [piece]
    yield from units.values()


def _leads_to(piece: Piece, code: str, name: str) -> bool:
    """Whether a piece without a unit of its own is of the unit ``name``: by project, title or file name."""
    own = named_unit(piece.path)[0]
    if own and code:
        return own == code
    named = any(is_same_unit(one, name) for one in piece.projects)
    return named or name in name_key(piece.title) or name in name_key(Path(piece.path).stem)


def _joined(groups: Sequence[Group]) -> list[Group]:
    """Groups in several places, of which one lacks forms, put together when their unit's name is one."""
    found: list[Group] = []
    by_name: dict[str, Group] = {}
    for group in groups:
        name = next((name_key(piece.name) for piece in group if piece.name), "")
        other = by_name.get(name) if name else None
        if other is not None and not (_is_complete(other) and _is_complete(group)):
            other.extend(group)
            continue
        made = list(group)
        found.append(made)
        by_name.setdefault(name, made)
    return found


def _is_complete(group: Group) -> bool:
    return any(piece.is_whole for piece in group)
