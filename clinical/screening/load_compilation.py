"""Makes loads ready once per reference version. Decides nothing about a patient.

A substance feeds a load through its roles, or through a rule whose main mechanism belongs to the load, so that no
pair flag stands outside its row.
"""

from collections.abc import Iterable, Mapping

from clinical.screening.flags import Ground
from clinical.screening.knowledge import Knowledge, RoleOf
from clinical.screening.load_index import LoadIndex, Part
from clinical.screening.load_knowledge import Feed, Load, Way
from clinical.screening.phrases import gettext_noop
from clinical.screening.routes import row_route_mask
from clinical.screening.ruleset import CompiledRule, Row

WAYS = {way.value: order for order, way in enumerate(Way)}
BY_RULE = gettext_noop("a rule names it for this")
Key = tuple[str, int, str]  # substance, load, direction
Found = dict[Key, list[tuple[tuple[int, int], Ground]]]


def load_index(knowledge: Knowledge, rows: Mapping[str, Iterable[Row]], rules: tuple[CompiledRule, ...]) -> LoadIndex:
    """Sort roles and rules into loads. Of several grounds the plainest decides how a substance is listed."""
    found: Found = {}
    feeds: dict[str, list[tuple[int, int, Feed]]] = {}
    for number, load in enumerate(knowledge.loads):
        for order, feed in enumerate(load.feeds):
            feeds.setdefault(feed.role, []).append((number, order, feed))
    for role in knowledge.roles:
        _add_role(found, role, feeds.get(role.role, ()))
    _add_rules(found, knowledge, rows, rules)
    substances: dict[str, list[Part]] = {}
    for substance, number, direction in sorted(found):
        grounds = sorted(found[substance, number, direction], key=_order)
        part = Part(number, direction, grounds[0][0], tuple(ground for _, ground in grounds))
        substances.setdefault(substance, []).append(part)
    return LoadIndex(
        loads=knowledge.loads,
        routes=tuple(row_route_mask(load.routes) for load in knowledge.loads),
        substances={substance: tuple(parts) for substance, parts in substances.items()},
        kratom=_kratom(knowledge.loads),
    )


def _add_role(found: Found, role: RoleOf, feeds: Iterable[tuple[int, int, Feed]]) -> None:
    """The first feed of a load that fits the role and its strength counts; the rest of that load is passed over."""
    taken = set()
    for number, order, feed in feeds:
        if number in taken or (feed.strengths and role.strength not in feed.strengths):
            continue
        taken.add(number)
        ground = Ground(
            role=role.role,
            strength=role.strength,
            way=feed.way,
            words=feed.words,
            certainty="",
            sources=(role.source,) if role.source else (),
            provisional=not role.verified,
            judgement=feed.judgement,
        )
        found.setdefault((role.substance, number, feed.direction), []).append(((WAYS[feed.way], order), ground))


def _add_rules(
    found: Found, knowledge: Knowledge, rows: Mapping[str, Iterable[Row]], rules: tuple[CompiledRule, ...]
) -> None:
    """Substances that a rule names and no role does."""
    loads = knowledge.loads
    of_mechanism = {name: number for number, load in enumerate(loads) for name in load.mechanisms}
    passed_over = {key[:2] for key in found} | _excepted(knowledge)
    for substance, its_rows in rows.items():
        for row in its_rows:
            number = of_mechanism.get(row.mechanisms[0]) if row.mechanisms else None
            if number is None or (substance, number) in passed_over or rules[row.rule].nothing_found:
                continue
            order = len(loads[number].feeds)
            entry = ((WAYS[Way.MAIN], order), _by_rule(row, rules[row.rule]))
            entries = found.setdefault((substance, number, loads[number].rules_direction), [])
            if entry not in entries:
                entries.append(entry)


def _excepted(knowledge: Knowledge) -> set[tuple[str, int]]:
    return {
        (role.substance, number)
        for number, load in enumerate(knowledge.loads)
        if load.rules_except
        for role in knowledge.roles
        if role.role in load.rules_except
    }


def _by_rule(row: Row, compiled: CompiledRule) -> Ground:
    return Ground(
        role="",
        strength="",
        way=Way.MAIN.value,
        words=BY_RULE,
        certainty=compiled.rule.certainty.value,
        sources=compiled.rule.sources,
        provisional=row.provisional or compiled.rule.provisional,
        judgement=False,
    )


def _order(entry: tuple[tuple[int, int], Ground]) -> tuple[object, ...]:
    rank, ground = entry
    return rank, ground.role, ground.sources, ground.certainty, ground.provisional


def _kratom(loads: tuple[Load, ...]) -> dict[str, tuple]:
    by_product: dict[str, list] = {}
    for load in loads:
        for share in load.kratom:
            for product in share.products:
                by_product.setdefault(product, []).append(share)
    return {product: tuple(shares) for product, shares in by_product.items()}
