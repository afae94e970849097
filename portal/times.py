"""Moments as words, in the controller's time zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext


def zone() -> ZoneInfo:
    """The time zone in which the controller's pages speak."""
    return ZoneInfo(settings.CONTROLLER_TIME_ZONE)


def day_words(at: date | datetime) -> str:
    """3 Nov 2026, in the order and the case that the language wants."""
    local = timezone.localtime(at, zone()) if isinstance(at, datetime) else at
    return date_format(local, pgettext("date format", "j M Y"))


def clock_words(at: datetime) -> str:
    """12:40:07."""
    return date_format(timezone.localtime(at, zone()), "H:i:s")


def minute_words(at: datetime) -> str:
    """12:40."""
    return date_format(timezone.localtime(at, zone()), "H:i")
