"""Words and times, the same on every page of portal and console."""

import json
from datetime import date, datetime

from django import template
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, pgettext

from consent.queries import names
from portal import brands, cards, times
from portal import browser_signal as signal

register = template.Library()


def _language() -> str:
    return (get_language() or "en").split("-")[0]


@register.filter
def moment(at: datetime | None, parts: str = "minute") -> SafeString | str:
    """`<time>` with the day and the time; `parts` second adds seconds, zone adds the zone too."""
    if at is None:
        return ""
    local = timezone.localtime(at, times.zone())
    clock = "H:i" if parts == "minute" else "H:i:s"
    text = f"{times.day_words(at)}, {date_format(local, clock)}"
    if parts == "zone":
        text += f" {local.tzname()}"
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), text)


@register.filter
def day(at: date | datetime | None) -> SafeString | str:
    """`<time>` with the day alone: 3 Nov 2026 (Tue)."""
    if at is None:
        return ""
    local = timezone.localtime(at, times.zone()) if isinstance(at, datetime) else at
    text = f"{times.day_words(at)} ({date_format(local, 'D')})"
    return format_html('<time datetime="{}">{}</time>', local.strftime("%Y-%m-%d"), text)


@register.filter
def clock(at: datetime | None) -> SafeString | str:
    """`<time>` with hours, minutes and seconds of a day that is clear from the context."""
    if at is None:
        return ""
    local = timezone.localtime(at, times.zone())
    text = date_format(local, "H:i:s")
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), text)


@register.filter
def as_stored(fact: object) -> str:
    """A fact of an entry as it stands there: words as they are, all else as JSON."""
    return fact if isinstance(fact, str) else json.dumps(fact, ensure_ascii=False)


@register.filter
def reason(code: str) -> str:
    """What a reason code means to the person."""
    return names.reason(code, _language())


@register.filter
def attribute(code: str) -> str:
    """The name of an attribute."""
    return names.names().attribute(code, _language())


@register.filter
def purpose(code: str) -> str:
    """The name of a purpose."""
    return names.names().purpose(code, _language())


@register.filter
def recipient(code: str) -> str:
    """The name of a recipient."""
    return names.names().recipient(code)


@register.filter
def row_name(row: str) -> str:
    """What a row of the six-row card is called; the title has its own word."""
    return str(cards.ROW_NAMES.get(row) or pgettext("notice", "Title"))


@register.filter
def native(language: str) -> str:
    """What a language calls itself."""
    return str(get_language_info(language)["name_local"]).capitalize()


@register.simple_tag
def every_brand() -> str:
    """That an objection or opt-out counts for all brands; empty where there is one."""
    return brands.every_brand()


@register.simple_tag(takes_context=True)
def opt_out_honoured(context: template.Context) -> bool:
    """Whether Global Privacy Control holds for this browser, or for who is signed in with it."""
    request = context.get("request")
    return isinstance(request, HttpRequest) and signal.is_honoured(request)
