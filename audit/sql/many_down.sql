DROP FUNCTION audit_append_batch(uuid, timestamptz, text, bytea, bytea, text[], integer[]);
DROP TABLE audit_mention;
DROP FUNCTION audit_append_many(uuid[], timestamptz[], text[], bytea[], bytea[]);
