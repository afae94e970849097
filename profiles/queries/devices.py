"""The devices that go with a person when the person is erased."""

from uuid import UUID

from consent.queries import joins
from profiles.models import User


def devices_of(subject_id: UUID) -> list[UUID]:
    """Joined records that are this person's alone and that nobody has an account under."""
    found = joins.own_devices(subject_id)
    with_account = User.objects.filter(subject_id__in=found) if found else User.objects.none()
    return sorted(set(found) - set(with_account.values_list("subject_id", flat=True)))
