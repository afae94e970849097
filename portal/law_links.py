"""The opt-out links at the foot of a page: those that the visitor's law wants, no others.

Where a law wants both, one "Your Privacy Choices" with its icon stands for the two (11 CCR
7015); so it does for a visitor nobody knows anything of.
"""

import logging

from django.db import Error as DatabaseError
from django.http import HttpRequest
from psycopg import Error as DriverError

from consent.jurisdictions import Links
from consent.queries import law_links
from portal import people

logger = logging.getLogger(__name__)


def wanted(request: HttpRequest) -> Links:
    """The links for who is signed in; those for anybody where no state can be read now."""
    customer = people.customer_of(request) if hasattr(request, "user") else None
    if customer is None:
        return law_links.OF_ANYBODY
    try:
        return law_links.links_of(customer.subject_id, at=people.now())
    except (DatabaseError, DriverError) as error:
        logger.warning("Where a visitor is could not be read (%s).", type(error).__name__)
        return law_links.OF_ANYBODY
