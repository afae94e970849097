"""Thousands of ids as one parameter: PostgreSQL's binary form of uuid[], made in one go.

Because the driver makes an array element by element, which costs more than the ids.
"""

import struct
from uuid import UUID

import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

_UUID, _UUIDS = psycopg.adapters.types["uuid"].oid, psycopg.adapters.types["uuid"].array_oid
# Dimensions, flags, type of the elements; length and first index of the one dimension.
_EMPTY, _HEAD = struct.pack(">3I", 0, 0, _UUID), struct.Struct(">5I")
_LENGTH = struct.pack(">I", 16)


class Uuids(list[UUID]):
    """Ids that a statement takes as `%b::uuid[]`."""


class _UuidsDumper(Dumper):
    format = Format.BINARY
    oid = _UUIDS

    def dump(self, obj: Uuids) -> Buffer:
        if not obj:
            return _EMPTY
        ids = _LENGTH.join([one.int.to_bytes(16, "big") for one in obj])
        return _HEAD.pack(1, 0, _UUID, len(obj), 1) + _LENGTH + ids


psycopg.adapters.register_dumper(Uuids, _UuidsDumper)
