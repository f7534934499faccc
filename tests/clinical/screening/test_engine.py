"""Which rules fire on what: products, routes, phases, exclusions, refining, merging, order."""

import pytest

from clinical.screening.engine import compile_rules, screen
from clinical.screening.facts import Facts, Match, Patient, Phase
from clinical.screening.knowledge import Condition, RoleOf
from tests.clinical.screening.examples import LEAF, SEVEN_OH, fired, item, knowledge, reasons, rule, screened, took, use

ROLES = (
    RoleOf("morphine", "opioid_agonist", "", True),
    RoleOf("tramadol", "opioid_agonist", "", True),
    RoleOf("guessed", "opioid_agonist", "", False),
    RoleOf("midazolam", "cyp3a4_substrate", "sensitive", True),
    RoleOf("weakly", "cyp3a4_substrate", "minor", True),
)
STOPPED_LATELY = use(stopped=True, hours_since_last_use=100)


def test_role_reaches_its_direct_members():
    found = screened(knowledge(rule("opioids", item("opioid_agonist", "role")), roles=ROLES), took("morphine"))
    assert fired(found) == ["opioids: morphine"]
    assert reasons(found.flags[0]) == ["Taken: morphine.", "Kratom: leaf powder."]


def test_strengths_narrow_a_role():
    known = knowledge(rule("cyp", item("cyp3a4_substrate", "role", strengths=["sensitive"])), roles=ROLES)
    found = screened(known, took("midazolam"), took("weakly"))
    assert fired(found) == ["cyp: midazolam"]
    assert found.no_rule == ("weakly",)


def test_unverified_role_makes_the_flag_provisional():
    known = knowledge(rule("opioids", item("opioid_agonist", "role")), roles=ROLES)
    flag = screened(known, took("guessed")).flags[0]
    assert flag.provisional
    assert reasons(flag)[-1] == "Provisional: what this medicine does was not checked against a source."


def test_naming_the_substance_outweighs_an_unverified_role():
    known = knowledge(rule("opioids", item("opioid_agonist", "role"), item("guessed")), roles=ROLES)
    assert not screened(known, took("guessed")).flags[0].provisional


def test_provisional_rule_says_so():
    flag = screened(knowledge(rule("r", item("x"), provisional=True)), took("x")).flags[0]
    assert flag.provisional
    assert reasons(flag)[-1] == "Provisional: the source of this rule was not checked word for word."


def test_read_by_spelling_is_provisional():
    found = screened(knowledge(rule("r", item("x"))), took("x", entered="xx", match=Match.FUZZY))
    assert found.flags[0].provisional
    assert reasons(found.flags[0]) == [
        "Taken: xx (x).",
        "Kratom: leaf powder.",
        "Matched by its spelling: confirm the name.",
    ]
    assert [row.code for row in found.not_assessed] == ["confirm_spelling"]


def test_exact_line_beside_one_read_by_spelling_is_not_provisional():
    found = screened(knowledge(rule("r", item("x"))), took("x"), took("x", entered="xx", match=Match.FUZZY))
    assert not found.flags[0].provisional
    assert found.flags[0].entered == ("x", "xx")


@pytest.mark.parametrize(
    ("kratom", "fires"),
    [((LEAF,), False), ((SEVEN_OH,), True), ((LEAF, SEVEN_OH), True)],
    ids=["leaf", "7-OH", "both"],
)
def test_product_kinds(kratom, fires):
    found = screened(knowledge(rule("r", item("x", products=["7oh", "pseudoindoxyl"]))), took("x"), kratom=kratom)
    assert bool(found.flags) is fires
    assert found.no_rule == (() if fires else ("x",))


ROUTES = {
    "not recorded is systemic": ("systemic", None, True),
    "patch is systemic": ("systemic", "transdermal", True),
    "eye drops are not": ("systemic", "ophthalmic", False),
    "not recorded is oral": ("oral", None, True),
    "injection is not oral": ("oral", "injected", False),
    "not recorded is not injected": ("injected", None, False),
    "any takes eye drops": ("any", "ophthalmic", True),
    "by name": ("nasal", "nasal", True),
    "unheard of counts as oral": ("oral", "by drone", True),
}


@pytest.mark.parametrize(("routes", "route", "fires"), ROUTES.values(), ids=ROUTES)
def test_routes(routes, route, fires):
    found = screened(knowledge(rule("r", item("x", routes=[routes]))), took("x", route=route))
    assert bool(found.flags) is fires
    assert [row.code for row in found.not_assessed] == ([] if fires else ["route"])


def test_route_that_kept_rules_away_is_said():
    found = screened(knowledge(rule("r", item("x"))), took("x", entered="X gtt", route="ophthalmic"))
    assert found.not_assessed[0].what == "X gtt"
    assert str(found.not_assessed[0].why) == "Entered as ophthalmic: rules for other routes were not applied to x."
    assert found.no_rule == ()


@pytest.mark.parametrize(
    ("phase", "fires"), [(None, True), (Phase.NEW, True), (Phase.SETTLED, False), (Phase.STOPPED, False)]
)
def test_phases(phase, fires):
    found = screened(knowledge(rule("r", item("x", phases=["planned", "new"]))), took("x", phase=phase))
    assert bool(found.flags) is fires
    assert found.no_rule == (("x",) if phase is Phase.SETTLED else ())


def test_stopped_medicine_does_not_fire():
    found = screened(knowledge(rule("r", item("x"))), took("x", phase=Phase.STOPPED))
    assert (found.flags, found.no_rule) == ((), ())
    assert [(row.code, row.what) for row in found.not_assessed] == [("stopped_medicine", "x")]


def test_excluded_substance():
    known = knowledge(rule("r", item("opioid_agonist", "role", exclude=["tramadol"])), roles=ROLES)
    assert fired(screened(known, took("tramadol"), took("morphine"))) == ["r: morphine"]


def test_excluded_combination():
    known = knowledge(rule("blocker", item("naloxone", exclude=["both in one"])), rule("bup", item("buprenorphine")))
    line = took("buprenorphine", "naloxone", entered="film", products=("both in one",))
    found = screened(known, line)
    assert fired(found) == ["bup: buprenorphine"]
    assert found.no_rule == ()  # the combination's own rule answers for it
    assert fired(screened(known, took("naloxone"))) == ["blocker: naloxone"]
    alone = screened(known, took("naloxone", products=("both in one",)))
    assert (alone.flags, alone.no_rule) == ((), ("naloxone",))


def test_ingredient_without_a_rule_for_this_product_is_named():
    known = knowledge(rule("a", item("a")), rule("b", item("b", products=["7oh"])))
    found = screened(known, took("a", "b", entered="both"))
    assert (fired(found), found.no_rule) == (["a: a"], ("b",))


def test_refining_rule_replaces_the_broader_one():
    known = knowledge(
        rule("opioids", item("opioid_agonist", "role")),
        rule("tramadol", item("tramadol", refines=["opioids"])),
        roles=ROLES,
    )
    assert fired(screened(known, took("tramadol"), took("morphine"))) == ["opioids: morphine", "tramadol: tramadol"]


def test_refining_is_per_kratom_product():
    known = knowledge(
        rule("broad", item("x")),
        rule("narrow", item("x", products=["7oh"], refines=["broad"])),
    )
    assert fired(screened(known, took("x"), kratom=(LEAF,))) == ["broad: x"]
    assert fired(screened(known, took("x"), kratom=(SEVEN_OH,))) == ["narrow: x"]
    both = screened(known, took("x"), kratom=(LEAF, SEVEN_OH))
    assert fired(both) == ["broad: x", "narrow: x"]
    assert [reasons(flag)[1] for flag in both.flags] == ["Kratom: leaf powder.", "Kratom: 7-OH product."]


def test_refining_only_where_its_route_applies():
    known = knowledge(
        rule("broad", item("x", routes=["any"])), rule("narrow", item("x", routes=["oral"], refines=["broad"]))
    )
    assert fired(screened(known, took("x", route="nasal"))) == ["broad: x"]
    assert fired(screened(known, took("x", route="oral"))) == ["narrow: x"]


def test_rule_that_was_itself_replaced_replaces_nothing():
    known = knowledge(
        rule("a", item("x", refines=["b"])),
        rule("b", item("x", refines=["c"])),
        rule("c", item("x")),
    )
    assert fired(screened(known, took("x"))) == ["a: x", "c: x"]


def test_lines_with_one_substance_merge():
    known = knowledge(
        rule("any", item("x", routes=["any"], mechanisms=["qt"])), rule("oral", item("x", routes=["oral"]))
    )
    found = screened(known, took("x", entered="x tablet"), took("x", entered="x cream", route="topical"))
    assert [(flag.rule, flag.entered) for flag in found.flags] == [
        ("any", ("x cream", "x tablet")),
        ("oral", ("x tablet",)),
    ]
    assert reasons(found.flags[0])[:2] == ["Taken: x cream (x).", "Taken: x tablet (x)."]


def test_merged_lines_without_a_hit_keep_their_reason():
    known = knowledge(rule("r", item("x", routes=["oral"], phases=["new"])))
    found = screened(known, took("x", route="nasal"), took("x", entered="x again", phase=Phase.SETTLED))
    assert (found.flags, found.no_rule) == ((), ())
    assert [row.code for row in found.not_assessed] == ["route"]


def test_mechanisms_of_the_substance_come_first():
    known = knowledge(
        rule(
            "r",
            item("opioid_agonist", "role", mechanisms=["opioid-additive", "qt"]),
            item("tramadol", mechanisms=["seizure", "qt"]),
        ),
        roles=ROLES,
    )
    flag = screened(known, took("tramadol")).flags[0]
    assert flag.mechanism == "seizure"
    assert flag.mechanisms == ("seizure", "qt", "opioid-additive")


def test_rule_without_a_mechanism_says_other():
    assert screened(knowledge(rule("r", item("x", mechanisms=[]))), took("x")).flags[0].mechanism == "other"


def test_once_per_patient_names_every_subject():
    known = knowledge(
        rule("once", item("b"), item("a"), item("c"), once_per_patient=True, modifiers=[("substance:c", "note", "C.")])
    )
    found = screened(known, took("b"), took("a"), took("other"))
    assert fired(found) == ["once: a, b"]
    assert found.flags[0].entered == ("a", "b")
    assert "C." not in reasons(found.flags[0])
    assert found.no_rule == ("other",)


def test_nothing_found_is_never_a_flag():
    known = knowledge(rule("none", item("x"), severity="minor", certainty="none-found"))
    found = screened(known, took("x"))
    assert found.flags == ()
    assert [(row.rule, row.about, row.text) for row in found.nothing_found] == [("none", "x", "summary of none")]
    assert found.no_rule == ()


def test_several_nothing_found_are_sorted():
    known = knowledge(rule("none", item("x"), item("a"), severity="minor", certainty="none-found"))
    assert [row.about for row in screened(known, took("x"), took("a")).nothing_found] == ["a", "x"]


def test_minor_with_evidence_is_a_flag():
    assert fired(screened(knowledge(rule("r", item("x"), severity="minor")), took("x"))) == ["r: x"]


def test_conditions_and_populations():
    known = knowledge(
        rule("qt", item("long_qt", "condition")),
        rule("preg", item("pregnancy", "population")),
        rule("milk", item("lactation", "population")),
        rule("old", item("age_60_or_over", "population")),
        conditions=(Condition("long_qt", "Long QT syndrome"),),
    )
    patient = Patient(age=60, sex="female", pregnant=True, breastfeeding=True, conditions=("long_qt",))
    found = screened(known, patient=patient)
    assert [(flag.about, flag.entered) for flag in found.flags] == [
        ("lactation", ("breastfeeding",)),
        ("age_60_or_over", ("age 60",)),
        ("pregnancy", ("pregnant",)),
        ("long_qt", ("Long QT syndrome",)),
    ]
    assert reasons(found.flags[3])[0] == "Recorded: Long QT syndrome."
    assert screened(known, patient=Patient(age=59, sex="male", pregnant=False)).flags == ()


def test_order_is_severity_certainty_rule_subject():
    known = knowledge(
        rule("b", item("y"), item("x"), severity="major"),
        rule("a", item("x"), severity="major"),
        rule("c", item("x"), severity="major", certainty="clinical-study"),
        rule("d", item("x"), severity="contraindicated"),
        rule("e", item("x"), severity="minor"),
    )
    assert fired(screened(known, took("y"), took("x"))) == ["d: x", "c: x", "a: x", "b: x", "b: y", "e: x"]


def test_no_kratom_nothing_fires():
    known = knowledge(rule("r", item("x")), rule("c", item("asthma", "condition")))
    found = screened(known, took("x"), took("?", match=Match.NONE), kratom=(), patient=Patient(conditions=("asthma",)))
    assert (found.flags, found.no_rule, found.withdrawal) == ((), (), None)
    assert {row.code for row in found.not_assessed} == {"unrecognised_name", "unknown_condition"}


def test_lately_stopped_kratom_keeps_only_lasting_effects():
    known = knowledge(
        rule("kinetic", item("x", mechanisms=["cns-depression", "cyp3a-substrate"])),
        rule("blocker", item("naltrexone", mechanisms=["opioid-antagonist"])),
        rule("additive", item("x"), item("y")),
        rule("state", item("pregnancy", "population", mechanisms=["pregnancy-neonatal"])),
    )
    patient = Patient(age=30, sex="female", pregnant=True)
    found = screened(
        known, took("x"), took("naltrexone"), took("y"), took("z"), kratom=(STOPPED_LATELY,), patient=patient
    )
    assert fired(found) == ["blocker: naltrexone", "kinetic: x"]
    assert found.flags[1].mechanisms == ("cyp3a-substrate",)
    assert reasons(found.flags[1])[-1].startswith("Kratom was stopped less than two weeks ago")
    assert [(row.code, row.what) for row in found.not_assessed] == [("only_carry_over", "y")]
    assert found.no_rule == ("z",)


def test_ended_kratom_fires_nothing_and_says_so():
    ended = use(stopped=True, hours_since_last_use=336)
    found = screened(knowledge(rule("r", item("x", mechanisms=["ugt"]))), took("x"), kratom=(ended,))
    assert (found.flags, found.no_rule) == ((), ())
    assert [row.code for row in found.not_assessed] == ["kratom_ended"]
    assert found.withdrawal.tier == "minimal"


def test_current_use_of_a_product_outweighs_a_stopped_one():
    found = screened(knowledge(rule("r", item("x"))), took("x"), kratom=(STOPPED_LATELY, LEAF))
    assert reasons(found.flags[0]) == ["Taken: x.", "Kratom: leaf powder."]


def test_refining_while_stopped_needs_a_lasting_effect():
    known = knowledge(
        rule("broad", item("x", mechanisms=["cyp2d6-substrate"])),
        rule("narrow", item("x", mechanisms=["seizure"], refines=["broad"])),
    )
    assert fired(screened(known, took("x"), kratom=(STOPPED_LATELY,))) == ["broad: x"]


@pytest.mark.parametrize("name", ["kratom", "mitragynine", "7-hydroxymitragynine", "mitragynine pseudoindoxyl"])
def test_kratom_is_never_a_medicine(name):
    found = screened(knowledge(rule("r", item(name), item("x"))), took(name, "x", entered="blend"))
    assert fired(found) == ["r: x"]
    assert [(row.code, row.what) for row in found.not_assessed] == [("kratom_as_medicine", "blend")]


def test_kratom_alkaloids_by_role_are_never_a_medicine():
    known = knowledge(rule("r", item("speciogynine")), roles=(RoleOf("speciogynine", "kratom_alkaloid"),))
    assert screened(known, took("speciogynine")).flags == ()


def test_product_that_holds_another_substance_fires_its_rules():
    known = knowledge(rule("kava", item("kava preparation")))
    found = screened(known, kratom=(use("kava_kratom", None, None),))
    assert [(flag.about, flag.entered) for flag in found.flags] == [("kava preparation", ("kava-kratom drink",))]
    stopped = use("kava_kratom", None, None, stopped=True)
    assert screened(known, kratom=(stopped,)).flags == ()


def test_remembered_results_do_not_leak_between_patients():
    rules = compile_rules(knowledge(rule("r", item("x")), rule("old", item("age_60_or_over", "population"))))
    first = Facts(patient=Patient(age=70, sex="male"), kratom=(LEAF,), taken=(took("x"),))
    second = Facts(patient=Patient(age=20, sex="male"), kratom=(SEVEN_OH,), taken=(took("y"),))
    alone = [screen(facts, compile_rules(_same())) for facts in (first, second)]
    assert [screen(facts, rules) for facts in (first, second, first, second)] == alone * 2


def _same():
    return knowledge(rule("r", item("x")), rule("old", item("age_60_or_over", "population")))


def test_reference_version_is_kept():
    assert screened(knowledge()).reference_version == 7
