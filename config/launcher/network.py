"""Loopback ports."""

import errno
import socket
import time

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A TCP port nobody listens on now; another process may still take it first."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """Whether `port` on loopback cannot be bound; raises OSError where binding is forbidden."""
    with socket.socket() as probe:
        # Because connections of a stopped server linger in TIME_WAIT, which is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise
    return False


def accepts(port: int, *, within: float = 0.5) -> bool:
    """Whether something accepts connections on loopback `port` in `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        try:
            with socket.create_connection((LOOPBACK, port), timeout=within):
                return True
        except OSError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
