"""Listens to what sign-in reports and hands it to the audit."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as second_step
from django.contrib.auth import signals as session

ACTS = {
    session.user_logged_in: "signed in",
    session.user_logged_out: "signed out",
    account.password_set: "changed password",
    account.password_changed: "changed password",
    account.password_reset: "changed password",
    account.email_changed: "changed address",
    account.email_added: "added address",
    account.email_removed: "removed address",
    second_step.authenticator_added: "added second step",
    second_step.authenticator_removed: "removed second step",
    second_step.authenticator_reset: "renewed second step",
}


def listen() -> None:
    """Called once, when the house is set up."""
    for signal, act in ACTS.items():
        signal.connect(_noting(act), weak=False, dispatch_uid=f"audit of {act}")
    session.user_login_failed.connect(_failed, dispatch_uid="audit of failed tries")
    second_step.authentication_failed.connect(_second_step_failed, dispatch_uid="audit of failed second steps")


def _noting(act: str):
    from clinical.actions.sign_in import note_way_in

    def receive(*, user: Any = None, **_named: Any) -> None:
        if user is not None and user.pk:  # signing out without having signed in
            note_way_in(user=user, act=act)

    return receive


def _failed(*, credentials: dict[str, Any], **_named: Any) -> None:
    from clinical.actions.sign_in import note_failed_try

    note_failed_try(email=str(credentials.get("email") or credentials.get("username") or ""))


def _second_step_failed(*, user: Any, **_named: Any) -> None:
    from clinical.actions.sign_in import note_failed_try

    note_failed_try(email=user.email)
