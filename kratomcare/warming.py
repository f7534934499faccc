"""What a worker reads before anybody asks: rules, names, places. Else the first page after a start is seconds late."""

import logging
import os
import threading
import time

from django.db import connection

from kratomcare.serving import STARTED_BY

log = logging.getLogger(__name__)
# A place that needs the table of ZIPs and that of the cities.
SOMEWHERE = "Memphis, TN 38103"


def warm_up() -> threading.Thread | None:
    """Read everything beside the first requests, in a worker that `serve` started; elsewhere nothing."""
    if STARTED_BY not in os.environ:
        return None
    thread = threading.Thread(target=read_beforehand, name="warming", daemon=True)
    thread.start()
    return thread


def read_beforehand() -> None:
    """Rules, names and the tables of places into this process; a fault is noted by its kind alone."""
    from clinical import snapshots
    from clinical.vocabulary.lookup import vocabulary
    from legal.lookup import find_place

    began = time.monotonic()
    try:
        snapshots.in_force()
        vocabulary()
        find_place(SOMEWHERE)
        log.info("read beforehand in %.1f s", time.monotonic() - began)
    except Exception as fault:  # no database, no reference data: whoever opens a page is told so there
        log.info("not read beforehand: %s", type(fault).__name__)
    finally:
        connection.close()
