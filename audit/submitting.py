"""Asks one witness for its cosignature: `add-checkpoint` of C2SP tlog-witness over HTTP."""

import socket
import ssl
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import urlsplit

LARGEST_ANSWER = 64_000


class Unreachable(Exception):
    """The witness did not answer in time, or not in HTTP; it is asked again later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness said: a status of HTTP, and a text."""

    status: int
    text: str


def request(old: int, proof: Sequence[bytes], note: str) -> str:
    """The body: the size that the witness knows, the proof from there, and the checkpoint."""
    lines = "".join(f"{b64encode(part).decode()}\n" for part in proof)
    return f"old {old}\n{lines}\n{note}"


def submit(url: str, body: str, *, seconds: float) -> Answer:
    """Posts `body` to the witness with the submission prefix `url`; raises Unreachable.

    Follows no redirection; certificates are checked against the authorities of the system.
    """
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, seconds)
    # Because a time-out of a socket begins anew with each byte that trickles in.
    end = Timer(seconds, _cut, [connection])
    end.daemon = True
    end.start()
    try:
        connection.request(
            "POST",
            f"{parts.path}/add-checkpoint",
            body.encode(),
            {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"},
        )
        response = connection.getresponse()
        content = response.read(LARGEST_ANSWER + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(type(error).__name__) from error
    finally:
        end.cancel()
        connection.close()
    if len(content) > LARGEST_ANSWER:
        raise Unreachable("an answer that is too long")
    return Answer(response.status, content.decode("utf-8", "replace"))


def _connection(scheme: str, host: str, port: int | None, seconds: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=seconds)


def _cut(connection: HTTPConnection) -> None:
    line = connection.sock
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
