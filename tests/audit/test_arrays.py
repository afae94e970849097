"""Ids sent as one array are the ids that arrive."""

from uuid import UUID

import psycopg
import pytest
from django.db import connection

from audit.arrays import Uuids
from audit.identifiers import uuids7

MANY = uuids7(2_000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ids", [[], [UUID(int=0)], [UUID(int=(1 << 128) - 1), UUID(int=1)], MANY, [MANY[0]] * 3]
)
def test_ids_arrive_in_their_order_and_number(ids: list[UUID]) -> None:
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)

    row = cursor.execute("SELECT %b::uuid[], cardinality(%b::uuid[])", [Uuids(ids)] * 2).fetchone()

    assert row == (ids, len(ids))
