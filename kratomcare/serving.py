"""Serving on this machine, for quickstart. A worker ends with the process that started it, however that one ends."""

import gc
import os
import signal
import socket
import sys
import threading
import time

ADDRESS = "127.0.0.1"
STARTED_BY = "KRATOMCARE_STARTED_BY"
SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_TO_LEAVE = 5
# A thread takes its database connection and all that was planned on it along when it goes.
SECONDS_A_THREAD_IDLES = 600
# Python's own 5 ms is as long as a whole answer. Beside a thread that builds an index, three round trips to the
# database took 10 ms with it and 0.2 ms with this (measured, median).
SECONDS_OF_A_TURN = 0.0005
# Python looks for garbage after every 700 objects; a page makes tens of thousands, and next to none in circles.
OBJECTS_BEFORE_A_LOOK = (50_000, 20, 50)


def is_free(port: int) -> bool:
    """Whether the port can be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def serve(port: int) -> None:
    """Serve until Ctrl-C."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ[STARTED_BY] = str(os.getpid())
    Granian(
        "kratomcare.wsgi:application",
        address=ADDRESS,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=4,
        blocking_threads_idle_timeout=SECONDS_A_THREAD_IDLES,
        workers_kill_timeout=SECONDS_TO_LEAVE,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


def take_short_turns() -> None:
    """In a worker: let threads change places often, so that a long computation holds up no answer."""
    sys.setswitchinterval(SECONDS_OF_A_TURN)


def look_for_garbage_seldom() -> None:
    """In a worker: never look through what was there before the first request, and seldom through what came since."""
    gc.freeze()
    gc.set_threshold(*OBJECTS_BEFORE_A_LOOK)


def leave_with_starter() -> None:
    """In a worker that `serve` started: end when the starter says so or is gone, so that `kill -9` leaves no worker.

    The worker steps out of the terminal's group: told to stop twice, by Ctrl-C and by its starter, granian's may hang.
    """
    starter = int(os.environ.get(STARTED_BY, "0"))
    if starter and os.getppid() == starter:
        os.setpgid(0, 0)
        threading.Thread(target=_watch, args=(starter,), daemon=True).start()


def _watch(starter: int) -> None:
    while os.getppid() == starter:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_LEAVE)
    os._exit(1)
