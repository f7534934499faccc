"""The document of loads turned into plain values. A row that cannot be used raises; `tables` says where it stands."""

from collections.abc import Mapping
from typing import Any

from clinical.screening.facts import Product
from clinical.screening.knowledge import Certainty, Mechanism
from clinical.screening.load_knowledge import Direction, Feed, KratomShare, Load, Way
from clinical.screening.routes import row_route_mask

Row = Mapping[str, Any]


def load_from(row: Row) -> Load:
    """One load. Refuses unknown names, and a kind of kratom product that stands there twice or not at all."""
    kratom = tuple(_share(share) for share in row["kratom"])
    named = [product for share in kratom for product in share.products]
    if missing := sorted(set(Product) - set(named)):
        raise ValueError(f"kratom: {missing[0]} is left out; say “adds: false” where nothing is known")
    if len(named) != len(set(named)):
        raise ValueError("kratom: a product stands there twice")
    routes = frozenset(row["routes"])
    row_route_mask(routes)
    return Load(
        key=row["key"],
        label=row["label"],
        mechanisms=tuple(Mechanism(name).value for name in row["mechanisms"]),
        routes=routes,
        rules_direction=_direction(row.get("rules_direction")),
        rules_except=frozenset(row.get("rules_except", ())),
        feeds=tuple(_feed(feed) for feed in row["feeds"]),
        kratom=kratom,
    )


def _feed(row: Row) -> Feed:
    return Feed(
        role=row["role"],
        strengths=frozenset(row.get("strengths", ())),
        way=Way(row["way"]).value,
        direction=_direction(row.get("direction")),
        words=row["words"],
        judgement=row["judgement"],
    )


def _share(row: Row) -> KratomShare:
    if row["adds"] and not row["source"]:
        raise ValueError("kratom: what adds needs a source")
    return KratomShare(
        products=frozenset(Product(name).value for name in row["products"]),
        adds=row["adds"],
        direction=_direction(row.get("direction")),
        certainty=Certainty(row["certainty"]).value,
        words=row["words"],
        sources=tuple(row["source"]),
        judgement=row["judgement"],
    )


def _direction(value: str | None) -> str:
    return Direction(value).value if value else ""
