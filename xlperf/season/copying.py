"""What a unit sends → what of it another unit sent in an earlier round: the same figures, the same texts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from xlperf.checks.file_check import FileResult
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Link, Location, fold
from xlperf.declarations.source import text_of
from xlperf.season.season_records import KeptFile, KeptTrait, Unit
from xlperf.season.store import Store

_SAME_FIGURES, _SAME_TEXT = "D903", "D904"


class EarlierRounds:
    """What all units sent in earlier rounds, for the comparison with what is checked now.

    ``owners`` has the unit and the kept file of every path of this check.
    """

    def __init__(self, store: Store, owners: Mapping[str, tuple[Unit, KeptFile]]) -> None:
        self._store, self._owners = store, owners
        self._names = {unit.id: unit.title for unit in store.units()}
        self._traits: list[KeptTrait] = []

    def compare(self, results: Iterable[FileResult]) -> Iterator[Finding]:
        """The findings on what another unit had sent before; the traits of ``results`` are remembered."""
        for result in results:
            known = self._owners.get(result.file.path)
            if result.traits is None or known is None:
                continue
            unit, file = known
            texts = result.traits.texts
            self._traits += [
                KeptTrait(trait, unit.id, file.round, file.path) for trait in (result.traits.figures, *texts)
            ]
            yield from self._of_file(unit, file, result.traits.figures, texts, _place(result))

    def keep(self) -> None:
        """Keep in the season what has been compared."""
        self._store.add_traits(self._traits)

    def _of_file(
        self, unit: Unit, file: KeptFile, figures: str, texts: Mapping[str, Location], place: Location
    ) -> Iterator[Finding]:
        source = self._others(figures, unit, file.round)
        shared = []
        for text, at in texts.items():
            others = self._others(text, unit, file.round)
            if not others:
                continue
            count = len({other.unit for other in others})
            found = finding(_SAME_TEXT, at, count=str(count), other=self._called(others[0]))
            if source and {other.unit for other in others} <= {other.unit for other in source}:
                shared.append(found)
            else:
                yield found
        if source:
            copied = finding(_SAME_FIGURES, place, other=self._called(source[0]))
            yield fold(copied, shared, Link.CONSEQUENCE)

    def _others(self, trait: str, unit: Unit, number: int) -> Sequence[KeptTrait]:
        """Who had sent the same in an earlier round, in order; nobody where the unit itself was the first."""
        known = self._store.traits(trait, before=number) if trait else []
        return [] if known and known[0].unit == unit.id else [sent for sent in known if sent.unit != unit.id]

    def _called(self, trait: KeptTrait) -> str:
        unit = self._names.get(trait.unit, "")
        return text_of("season", "earlier", unit=unit, round=trait.round, file=trait.path)


def _place(result: FileResult) -> Location:
    file = result.file
    return Location(file.path, unit_code=file.unit_code, unit_name=file.unit_name)
