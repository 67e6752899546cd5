"""Who could be heard: what a set of claims can and cannot show, because of who spoke, when, and of where.

No figure here corrects a count. It says beside the count whose accounts are in it, how long after the event they were
told, how much of it rests on few sources, and which regions are nearly unseen.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import Statement
from firsthand.sources.source import SourceKind
from firsthand.values.grades import AgeGroup, Basis
from firsthand.values.ids import SourceId
from firsthand.values.places import Precision

__all__ = ["Heard", "HeardClaim", "Years", "who_was_heard"]

NEARLY_UNSEEN = 0.02
DAYS_OF_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardClaim:
    """A claim with what its source is, and the day it was told, published or received, where that is known."""

    source: SourceId
    kind: SourceKind
    statement: Statement
    told_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """Years between event and telling: quartiles over ``known`` claims; ``unknown`` claims lack one of the days."""

    known: int
    unknown: int
    lower: float | None
    median: float | None
    upper: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Who could be heard in a set of claims.

    ``own_knowledge`` is the share of claims by who lived, saw or did it. ``largest_share`` is the share of claims that
    the three sources with most claims bring. ``regions`` are claims by region; ``nearly_unseen`` are regions of the
    countries spoken of with under two in a hundred of their country's placed claims, and those with none.
    """

    claims: int
    sources: int
    kinds: Mapping[SourceKind, int]
    speakers: Mapping[InformantType, int]
    basis: Mapping[Basis, int]
    ages: Mapping[AgeGroup, int]
    own_knowledge: float
    largest_share: float
    years: Years
    first_year: int | None
    last_year: int | None
    regions: Mapping[str, int]
    nearly_unseen: tuple[str, ...]
    unplaced: int


_OWN = {Basis.LIVED, Basis.WITNESSED, Basis.DID}


def who_was_heard(told: Sequence[HeardClaim], regions_of: Mapping[str, Collection[str]]) -> Heard:
    """Describe a set of claims. ``regions_of``: the regions (provinces) of each country, by gazetteer id."""
    sources = Counter(one.source for one in told)
    largest = sum(times for _, times in sources.most_common(3))
    regions: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    for one in told:
        place = one.statement.first_place
        path = place.coarsened(Precision.PROVINCE) if place else ()
        if path:
            countries[path[0]] += 1
        if len(path) > 1:
            regions[path[1]] += 1
    unseen = []
    for country in sorted(countries):
        known = regions_of.get(country, ())
        placed = sum(regions[region] for region in known)
        unseen += [region for region in sorted(known) if placed and regions[region] < NEARLY_UNSEEN * placed]
    years = [one.statement.date.earliest.year for one in told if one.statement.date and one.statement.date.earliest]
    return Heard(
        claims=len(told),
        sources=len(sources),
        kinds=Counter(one.kind for one in told),
        speakers=Counter(one.statement.informant.type for one in told),
        basis=Counter(one.statement.basis for one in told),
        ages=Counter(one.statement.victims_age for one in told),
        own_knowledge=sum(one.statement.basis in _OWN for one in told) / len(told) if told else 0.0,
        largest_share=largest / len(told) if told else 0.0,
        years=_years(told),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        regions=dict(regions.most_common()),
        nearly_unseen=tuple(unseen),
        unplaced=len(told) - sum(countries.values()),
    )


def _years(told: Sequence[HeardClaim]) -> Years:
    between = []
    for one in told:
        date = one.statement.date
        if one.told_on is None or date is None or date.earliest is None or date.latest is None:
            continue
        middle = date.earliest + (date.latest - date.earliest) / 2
        between.append(max(0.0, (one.told_on - middle).days / DAYS_OF_YEAR))
    quartiles = statistics.quantiles(between, n=4, method="inclusive") if len(between) > 1 else between * 3
    lower, median, upper = quartiles or (None, None, None)
    return Years(known=len(between), unknown=len(told) - len(between), lower=lower, median=median, upper=upper)
