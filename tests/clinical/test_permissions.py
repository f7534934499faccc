"""Who may do what: the whole grid, and the state of a record beside it."""

import pytest
from django.core.exceptions import PermissionDenied

from clinical import permissions
from clinical.models import Consultation, User
from clinical.permissions import ACTS, ROLES
from tests import factories

CLINICIAN, EDITOR, REVIEWER, ADMIN, AUDITOR = (
    "Clinician",
    "Reference editor",
    "Reference reviewer",
    "Practice admin",
    "Auditor",
)
# One line an act: who may. Everybody else may not.
GRID = {
    "read_charts": {CLINICIAN, ADMIN, AUDITOR},
    "write_charts": {CLINICIAN},
    "sign": {CLINICIAN},
    "read_audit": {ADMIN, AUDITOR},
    "read_reference": {CLINICIAN, EDITOR, REVIEWER, ADMIN, AUDITOR},
    "edit_reference": {EDITOR},
    "review_reference": {REVIEWER},
    "manage_people": {ADMIN},
}
MAY_DO_AS_SUPERUSER = {"read_reference", "edit_reference", "review_reference", "manage_people"}
SQUARES = [(act, role) for act in ACTS for role in ROLES]


def somebody(*roles: str, **fields) -> User:
    user = User(email="robin@example.org", **fields)
    user._role_names = frozenset(roles)
    return user


def test_grid_names_every_act_and_every_role():
    assert set(GRID) == set(ACTS)
    assert set.union(*GRID.values()) == set(ROLES)


@pytest.mark.parametrize(("act", "role"), SQUARES, ids=[f"{act}-{role}" for act, role in SQUARES])
def test_role_may_do_act_as_the_grid_says(act, role):
    assert permissions.can(somebody(role), act) is (role in GRID[act])


@pytest.mark.parametrize(("act", "role"), SQUARES, ids=[f"{act}-{role}" for act, role in SQUARES])
def test_check_raises_exactly_where_can_says_no(act, role):
    user = somebody(role)
    if permissions.can(user, act):
        permissions.check(user, act)
    else:
        with pytest.raises(PermissionDenied):
            permissions.check(user, act)


@pytest.mark.parametrize("act", ACTS)
def test_person_without_a_role_may_do_nothing(act):
    assert not permissions.can(somebody(), act)


@pytest.mark.parametrize("act", ACTS)
def test_superuser_keeps_people_and_reference_but_no_charts(act):
    assert permissions.can(somebody(is_superuser=True), act) is (act in MAY_DO_AS_SUPERUSER)


def test_two_roles_add_up():
    user = somebody(EDITOR, AUDITOR)
    assert permissions.can(user, "edit_reference")
    assert permissions.can(user, "read_charts")
    assert not permissions.can(user, "write_charts")


@pytest.mark.django_db
def test_roles_are_the_groups_of_the_user_read_once(django_assert_num_queries):
    user = User.objects.get(pk=factories.person(CLINICIAN, EDITOR).pk)
    with django_assert_num_queries(1):
        assert permissions.roles_of(user) == permissions.roles_of(user) == {CLINICIAN, EDITOR}


def _draft() -> Consultation:
    return Consultation()


def _signed() -> Consultation:
    return Consultation(signed_at="2026-11-20T10:00Z")


def _amended() -> Consultation:
    signed = _signed()
    Consultation(amends=signed)  # the signed one now answers to `amended_by`
    return signed


STATES = {"draft": _draft, "signed": _signed, "amended": _amended}
# (state, role) pairs that allow the act; every other pair of the three states and the five roles refuses it.
CHANGE_ALLOWED = {("draft", CLINICIAN)}
AMEND_ALLOWED = {("signed", CLINICIAN)}
RECORD_SQUARES = [(state, role) for state in STATES for role in ROLES]


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "role"), RECORD_SQUARES)
@pytest.mark.parametrize(
    ("can", "check", "allowed"),
    [
        (permissions.can_change, permissions.check_can_change, CHANGE_ALLOWED),
        (permissions.can_amend, permissions.check_can_amend, AMEND_ALLOWED),
    ],
    ids=["change", "amend"],
)
def test_state_and_role_decide_together(can, check, allowed, state, role):
    user, consultation = somebody(role), STATES[state]()
    assert can(user, consultation) is ((state, role) in allowed)
    if (state, role) in allowed:
        check(user, consultation)
        return
    with pytest.raises(permissions.RecordClosed if role == CLINICIAN else PermissionDenied):
        check(user, consultation)
