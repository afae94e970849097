"""What happens by itself: permits go, and time ends a Yes for selections too."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from zeal import zeal_context

from consent.actions import housekeeping
from consent.actions.asking import ask
from consent.models import ConsentState, Permit
from consent.questions import Mint
from tests.cast import given, question

pytestmark = pytest.mark.django_db


def test_a_living_permit_stays_whatever_the_caller_says(ada: UUID) -> None:
    ruling = ask(question=question(ada), at=timezone.now(), mint=Mint.ALL)
    # Because the database goes by its own clock, a caller from the future drops nothing.
    assert housekeeping.drop_expired_permits(at=timezone.now() + timedelta(days=1)) == 0
    assert Permit.objects.filter(pk=ruling.permit).exists()


def test_a_lapsed_state_is_compiled_anew_and_loses_its_yes(ada: UUID) -> None:
    given(ada, "analytics_device")
    before = ConsentState.objects.get(subject_id=ada)
    later = timezone.now() + timedelta(days=396)
    with zeal_context():
        assert housekeeping.refresh_lapsed_states(at=later) == 1
    after = ConsentState.objects.get(subject_id=ada)
    assert after.epoch == before.epoch + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM consent_shape WHERE digest = %s", [after.shape])
        assert '"Expired"' in str(cursor.fetchone()[0])
    assert after.until is None or after.until > later
