"""Finding people by an address, which is compared as a blind index and kept nowhere."""

from uuid import UUID

from profiles.models import User
from profiles.sign_in import login_index


def subject_of_address(address: str) -> UUID | None:
    """The subject whose account answers to this address; None for nobody."""
    return (
        User.objects.filter(login_index=login_index(address), subject__isnull=False)
        .values_list("subject_id", flat=True)
        .first()
    )
