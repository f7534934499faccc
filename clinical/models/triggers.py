"""Database triggers that refuse changes to what must stay as it was. They hold against any SQL, not only ours."""

import pgtrigger


def append_only(name: str) -> tuple[pgtrigger.Trigger, ...]:
    """Rows may be added, never changed, removed or truncated away."""
    return (
        pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        _no_truncate(name),
    )


def only_closing(name: str) -> tuple[pgtrigger.Trigger, ...]:
    """A revision keeps its words: all that may change is `closed_at`, and it is never removed."""
    return (
        pgtrigger.Protect(
            name=f"{name}_words_stay",
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(exclude=["closed_at"]),
        ),
        pgtrigger.Protect(name=f"{name}_is_kept", operation=pgtrigger.Delete),
        _no_truncate(name),
    )


def struck_at_most(name: str) -> tuple[pgtrigger.Trigger, ...]:
    """A result stays as it was entered: it may be struck out once, and is never removed."""
    struck = ["struck_by", "struck_at", "struck_reason"]
    return (
        pgtrigger.Protect(
            name=f"{name}_stays_as_entered",
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(exclude=struck),
        ),
        pgtrigger.Protect(
            name=f"{name}_struck_once",
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(old__struck_at__isnull=False),
        ),
        pgtrigger.Protect(name=f"{name}_is_kept", operation=pgtrigger.Delete),
        _no_truncate(name),
    )


def kept_once_decided(name: str) -> tuple[pgtrigger.Trigger, ...]:
    """A draft that was published or discarded stays as it was decided on, and no draft is ever removed."""
    return (
        pgtrigger.Protect(
            name=f"{name}_stays_once_decided",
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(old__state__in=("published", "discarded")),
        ),
        pgtrigger.Protect(name=f"{name}_is_kept", operation=pgtrigger.Delete),
        _no_truncate(name),
    )


def closed_once_signed() -> pgtrigger.Trigger:
    """Refuse any change to a consultation that carries a signature."""
    return pgtrigger.Protect(
        name="consultation_closed_once_signed",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__signed_at__isnull=False),
    )


def part_of_open_consultation(name: str) -> tuple[pgtrigger.Trigger, ...]:
    """Refuse adding, changing or removing a row that belongs to a signed consultation.

    The consultation is locked while it is looked at, so that nobody signs between the look and the write.
    """
    refuse = pgtrigger.Trigger(
        name=f"{name}_closed_once_signed",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("parent", "uuid"), ("is_signed", "boolean")],
        func="""
            IF TG_OP = 'INSERT' THEN parent := NEW.consultation_id; ELSE parent := OLD.consultation_id; END IF;
            SELECT signed_at IS NOT NULL INTO is_signed FROM clinical_consultation WHERE id = parent FOR SHARE;
            IF is_signed THEN
                RAISE EXCEPTION 'pgtrigger: Cannot change rows of a signed consultation';
            END IF;
            IF TG_OP = 'UPDATE' AND NEW.consultation_id <> OLD.consultation_id THEN
                RAISE EXCEPTION 'pgtrigger: Cannot move rows between consultations';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )
    return (refuse, _no_truncate(name))


def _no_truncate(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"{name}_no_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from %', TG_TABLE_NAME;",
    )
