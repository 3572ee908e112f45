"""Pieces of filings → the units that sent them: which files make one unit's package.

All parts in a folder or .zip are one unit's unless two of them have forms of different units, or they
hold nothing but project forms that name different units. Then, and across folders, parts go
together whose unit has the same name, in a form, in the report's title or in the file's name. Workbooks
that are complete by themselves stay by themselves.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from xlperf.checks.filing_parts import FilingPart, is_same_unit
from xlperf.checks.units import named_unit
from xlperf.notation.unit_names import name_key
from xlperf.ooxml.received_bytes import SUFFIX as ARCHIVE

Group = list[FilingPart]


def grouped(parts: Sequence[FilingPart]) -> list[Group]:
    """The packages of two parts or more, each in the order of ``parts``."""
    order = {part.path: place for place, part in enumerate(parts)}
    found = _joined([group for group in _folders(parts) if group])
    packages = [
        sorted(group, key=lambda part: order[part.path])
        for group in found
        if len(group) > 1 and not all(part.is_alone for part in group)
    ]
    return sorted(packages, key=lambda group: order[group[0].path])


def container(path: str) -> Path:
    """The .zip or, without one, the folder that a part lies in."""
    parents = Path(path).parents
    return next((one for one in parents if one.suffix.lower() == ARCHIVE), parents[0])


def _folders(parts: Sequence[FilingPart]) -> Iterator[Group]:
    by_folder: dict[Path, Group] = defaultdict(list)
    for part in parts:
        by_folder[container(part.path)].append(part)
    taken: set[Path] = set()
    for folder in sorted(by_folder, key=lambda one: len(one.parts)):
        if folder in taken:
            continue
        below = [one for one in by_folder if folder in one.parents and one not in taken]
        together = [part for one in (folder, *below) for part in by_folder[one]]
        if not all(part.is_alone for part in by_folder[folder]) and _one_unit(together):
            taken.update(below)
            yield together
        else:
            yield from _by_name(by_folder[folder])


def _one_unit(parts: Sequence[FilingPart]) -> bool:
    """Whether no two parts are of different units, as far as they tell."""
    own = [part for part in parts if part.name]
    codes = {part.code for part in own if part.code}
    if any(part.is_alone for part in own) and codes:
        codes |= {code for part in parts if (code := named_unit(part.path)[0])}
    longest = max((part.name for part in own), key=len, default="")
    named_alike = len(codes) < 2 and all(is_same_unit(part.name, longest) for part in own)
    return named_alike and (bool(own) or len(_of_like_projects(parts)) < 2)


def _of_like_projects(parts: Sequence[FilingPart]) -> list[Group]:
    """Parts with project forms by the units that these name: a bureau in common is not enough."""
    clusters: dict[frozenset[str], Group] = defaultdict(list)
    for part in parts:
        if part.projects:
            clusters[frozenset(map(name_key, part.projects))].append(part)
    return list(clusters.values())


def _by_name(parts: Group) -> Iterator[Group]:
    """The parts of one folder by unit; those that tell no unit, and that no name leads to, alone."""
    if not all(part.is_alone for part in parts) and _one_unit(parts):
        yield parts
        return
    units: dict[tuple[str, str], Group] = {}
    coded: dict[str, Group] = {}
    for part in sorted(parts, key=lambda part: not part.code):
        if part.name:
            name = name_key(part.name)
            group = units.get((part.code, name)) or (None if part.code else coded.get(name))
            if group is None:
                group = units[part.code, name] = []
                coded.setdefault(name, group)
            group.append(part)
    if not units:
        yield from _of_like_projects(parts)
        yield from ([part] for part in parts if not part.projects)
        return
    for part in parts:
        if not part.name:
            fitting = [unit for unit in units if _leads_to(part, *unit)]
            if fitting:
                units[max(fitting, key=lambda unit: len(unit[1]))].append(part)
            else:
                yield [part]
    yield from units.values()


def _leads_to(part: FilingPart, code: str, name: str) -> bool:
    """Whether a part without a unit of its own is of the unit ``name``: by project, title or file name."""
    own = named_unit(part.path)[0]
    if own and code:
        return own == code
    named = any(is_same_unit(one, name) for one in part.projects)
    return named or name in name_key(part.title) or name in name_key(Path(part.path).stem)


def _joined(groups: Sequence[Group]) -> list[Group]:
    """Groups in several places, of which one lacks forms, put together when their unit's name is one."""
    found: list[Group] = []
    by_name: dict[str, Group] = {}
    for group in groups:
        name = next((name_key(part.name) for part in group if part.name), "")
        other = by_name.get(name) if name else None
        if other is not None and not (_is_complete(other) and _is_complete(group)):
            other.extend(group)
            continue
        made = list(group)
        found.append(made)
        by_name.setdefault(name, made)
    return found


def _is_complete(group: Group) -> bool:
    return any(part.is_whole for part in group)
