r"""Trusted locations of a user's Excel: the keys Location0, Location1 … under Security\Trusted Locations."""

from dataclasses import dataclass
from itertools import count
from pathlib import PurePath

from xlperf.excel.installation.excel import OFFICE
from xlperf.excel.installation.traces import changing
from xlperf.excel.installation.wording import text
from xlperf.excel.machine import (
    Hive,
    Key,
    Registry,
    Value,
)
from xlperf.excel.machine.registry import look_up


@dataclass(frozen=True, slots=True)
class Trust:
    """A location that was entered for one version of Excel."""

    version: str
    location: str


def locations(version: str) -> Key:
    """The key that holds the locations of a version of Excel."""
    return Key(Hive.USER, rf"{OFFICE}\{version}\Excel\Security\Trusted Locations")


def is_trusted(registry: Registry, version: str, folder: PurePath) -> bool:
    """Whether a folder is one of the trusted locations; those that include subfolders count for all below."""
    for name in registry.subkeys(locations(version)):
        key = locations(version) / name
        path, below = look_up(registry, key, "Path"), look_up(registry, key, "AllowSubfolders")
        if path and _covers(path.text, folder, bool(below and below.number)):
            return True
    return False


def trust(registry: Registry, version: str, folder: PurePath) -> Trust:
    """Enter a folder, without its subfolders, under the first free number."""
    there = {name.casefold() for name in registry.subkeys(locations(version))}
    name = next(one for number in count() if (one := f"Location{number}").casefold() not in there)
    key = locations(version) / name
    with changing(key):
        registry.write(key, "Path", Value(f"{folder}\\"))
        registry.write(key, "Description", Value(text("trust_description")))
    return Trust(version, name)


def distrust(registry: Registry, made: Trust, folder: PurePath) -> bool:
    """Take a location out again; one that points elsewhere by now stays. Whether it was there."""
    key = locations(made.version) / made.location
    path = look_up(registry, key, "Path")
    if path is None or not _covers(path.text, folder, below=False):
        return False
    with changing(key):
        registry.delete_key(key)
    return True


def _covers(trusted: str, folder: PurePath, below: bool) -> bool:
    root = type(folder)(trusted)
    return root == folder or (below and root in folder.parents)
