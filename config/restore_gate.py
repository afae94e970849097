"""Nothing is answered from a database or a key store of the past.

Looked at once a second in each process, because a restore under a running process must stop it.
A database that does not answer needs no gate: whatever asks it is denied by itself.
"""

import sys
from collections.abc import Callable
from time import monotonic

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config import problems
from consent.api.problems import Problem
from consent.queries import law_links
from keys.errors import KeyProblem
from profiles.queries import restoring

LOOK_SECONDS = 1.0
RETRY_SECONDS = 30
UNKNOWN = (
    "Whether the database is from the past cannot be told. Run `manage.py migrate`, look at "
    "KEYSTORE_DIR, and then run `manage.py restore_gate`: until then nothing is answered."
)
# Because they say what is wrong, and hold nothing of anybody.
ALWAYS = ("/healthz", "/readyz", "/metrics")


class Gate:
    """What this process last saw of the two marks."""

    def __init__(self) -> None:
        self._open_until = 0.0

    def why_closed(self) -> str | None:
        """Why nothing may be answered, for operators; None where it may."""
        if monotonic() < self._open_until:
            return None
        try:
            reason = restoring.why_closed()
        except (OperationalError, InterfaceError):
            return None
        except (DatabaseError, KeyProblem):
            return UNKNOWN
        if reason is None:
            self.take_as_open(for_seconds=LOOK_SECONDS)
        return reason

    def take_as_open(self, *, for_seconds: float) -> None:
        """Look again only after that time."""
        self._open_until = monotonic() + for_seconds


gate = Gate()


def refuse_to_start() -> None:
    """Ends the process, with the command to run, where the gate is closed."""
    if reason := gate.why_closed():
        print(reason, file=sys.stderr, flush=True)  # noqa: T201
        raise SystemExit(1)


def problem() -> Problem:
    """The gate as problem details; what was restored is nobody else's business."""
    return Problem(
        503,
        "SERVICE_UNAVAILABLE",
        "The service is being restored and answers nothing yet; treat this as No.",
        fix="Send the request again later, with the same Idempotency-Key if it had one.",
        retry=f"after:{RETRY_SECONDS}",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


class RestoreGateMiddleware:
    """503 for everything but health, as long as the gate is closed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of the view, or that there is none yet."""
        if request.path in ALWAYS or gate.why_closed() is None:
            return self.get_response(request)
        if request.path.startswith(problems.MACHINE_PATHS):
            return problems.answer(problem(), request)
        page = render(request, "503.html", {"law_links": law_links.OF_ANYBODY}, status=503)
        page["Retry-After"] = str(RETRY_SECONDS)
        return page
