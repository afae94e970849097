"""Who used my data: the person's own lines of the log, by day, in plain sentences.

The log proves and shows; nothing is decided from it. Lines of one day that say the same
are counted together, the newest first.
"""

from portal.activity.lines import KINDS, MONTHS, OWN, PAGE, READ, Day, Line, Page
from portal.activity.page import is_mine, latest_use, page, tags_of
from portal.activity.said import SAID

__all__ = [
    "KINDS",
    "MONTHS",
    "OWN",
    "PAGE",
    "READ",
    "SAID",
    "Day",
    "Line",
    "Page",
    "is_mine",
    "latest_use",
    "page",
    "tags_of",
]
