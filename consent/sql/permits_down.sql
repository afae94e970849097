DROP FUNCTION consent_mint_permit(uuid, uuid, bigint, bytea, text[], timestamptz, uuid, timestamptz, bytea, bytea);
DROP FUNCTION consent_mint_bulk_permit(uuid, bytea[], text[], timestamptz, uuid, timestamptz, bytea);
DROP FUNCTION consent_drop_expired_permits(timestamptz);
