-- What witnesses said of our checkpoints: the line of each cosignature, as it was checked.
CREATE TABLE audit_cosignature (
    size bigint NOT NULL CONSTRAINT audit_cosignature_size_from_1 CHECK (size > 0),
    name text NOT NULL,
    key_id bytea NOT NULL
        CONSTRAINT audit_cosignature_key_id_has_4_bytes CHECK (octet_length(key_id) = 4),
    signed_at timestamptz NOT NULL,
    at timestamptz NOT NULL,
    line text NOT NULL
        CONSTRAINT audit_cosignature_line_is_one_line
        CHECK (starts_with(line, '— ') AND position(E'\n' IN line) = 0 AND length(line) <= 8192),
    CONSTRAINT audit_cosignature_once_per_checkpoint PRIMARY KEY (size, name, key_id)
);
CREATE INDEX audit_cosignature_latest ON audit_cosignature (name, key_id, size);
SELECT audit_protect('audit_cosignature', false);

-- A witness that answered, and did not cosign.
CREATE TABLE audit_refusal (
    name text NOT NULL,
    key_id bytea NOT NULL
        CONSTRAINT audit_refusal_key_id_has_4_bytes CHECK (octet_length(key_id) = 4),
    at timestamptz NOT NULL,
    size bigint NOT NULL CONSTRAINT audit_refusal_size_from_1 CHECK (size > 0),
    reason text NOT NULL
        CONSTRAINT audit_refusal_reason_is_known CHECK (reason IN
            ('inconsistent', 'origin_unknown', 'key_untrusted', 'malformed', 'bad_cosignature')),
    CONSTRAINT audit_refusal_once_at_a_time PRIMARY KEY (name, key_id, at)
);
SELECT audit_protect('audit_refusal', false);
