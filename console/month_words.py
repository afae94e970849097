"""Why a month of the log stays, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.months import Stays

WHYS = {
    "no_partition": gettext_lazy("it is not kept apart from other months"),
    "not_over": gettext_lazy("it is not over"),
    "no_rule": gettext_lazy("no rule says how long “%(what)s” is kept"),
    "retention": gettext_lazy("“%(what)s” is kept until %(until)s"),
}


def reason(stays: Stays) -> str:
    """One reason; rules are named as `kind jurisdiction`."""
    if stays.why == "not_sequenced":
        return ngettext(
            "%(count)d entry has no place in the log yet",
            "%(count)d entries have no place in the log yet",
            stays.events,
        ) % {"count": stays.events}
    if stays.why == "still_needed":
        return ngettext(
            "%(count)d permission of it must still be proved (%(what)s)",
            "%(count)d permissions of it must still be proved (%(what)s)",
            stays.events,
        ) % {"count": stays.events, "what": stays.what}
    until = f"{stays.until:%Y-%m-%d}" if stays.until else _("a day not known")
    return str(WHYS[stays.why]) % {"what": stays.what, "until": until}
