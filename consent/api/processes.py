"""Processes that work beside the one that started them, and end with it."""

import gc
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait

from django.db import connections

MADE_BETWEEN_LOOKS = 200_000


def pool(count: int) -> ProcessPoolExecutor:
    """`count` copies of this process, each with connections of its own.

    For a command, which has one thread: it gives its own connections back before.
    """
    connections.close_all()
    # Because a copy has Django and the catalogue already, it works from its first moment.
    context = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_begin)


def _begin() -> None:
    # Because what was copied is never garbage, and what a batch makes is free with its last use,
    # looking for rings among them would take a fifth of the time.
    gc.freeze()
    gc.set_threshold(MADE_BETWEEN_LOOKS)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Because a parent that is killed tells its children nothing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
