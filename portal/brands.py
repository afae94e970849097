"""For whom an objection or an opt-out counts where several brands share the service."""

from django.utils.translation import gettext

from consent.queries import names


def every_brand() -> str:
    """That it counts for all of them, by name; empty where there is one brand only."""
    called = sorted(names.names().controllers.values())
    if len(called) < 2:
        return ""
    return gettext(
        "What you stop as a whole counts for every brand here: %(brands)s. To stop one brand "
        "alone, say No to its use."
    ) % {"brands": ", ".join(called)}
