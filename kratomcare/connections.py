"""A database connection is kept from request to request; one that died in between is noticed before it is used.

Django would ask the database each time. A server that ends a connection says so or hangs up, which can be read here
without asking; only where there is something to read is it asked in full.
"""

import select
from typing import Any

from django.core.signals import request_started
from django.db import connections


def listen() -> None:
    """Called once, when the house is set up."""
    request_started.connect(drop_dead, dispatch_uid="connections that died")


def drop_dead(**_named: Any) -> None:
    """At the start of a request: close what the server closed, so that the first query opens a fresh connection."""
    for one in connections.all(initialized_only=True):
        kept = one.connection
        if kept is None or one.in_atomic_block:
            continue
        if kept.closed or (_has_something_to_say(kept.fileno()) and not one.is_usable()):
            one.close()


def _has_something_to_say(descriptor: int) -> bool:
    """Whether anything, an end included, has come over a connection on which nothing was asked."""
    line = select.poll()
    line.register(descriptor, select.POLLIN)
    return bool(line.poll(0))
