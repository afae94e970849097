"""The WSGI application that the web server loads.

One call, the question to the gate, is answered ahead of Django: its middleware serves
browsers and costs more than the decision (docs/decisions).
"""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_wsgi_application()

from config import restore_gate  # noqa: E402  (needs the applications loaded)
from config.evaluation_gate import PATH, evaluate  # noqa: E402
from personalization.memory import memory  # noqa: E402

restore_gate.refuse_to_start()
memory.warm_up()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answers the evaluation itself and hands everything else to Django."""
    if environ["PATH_INFO"] == PATH:
        return evaluate(environ, start_response)
    return django(environ, start_response)
