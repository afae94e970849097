-- One row per event. The body is what is hashed; the other columns repeat it for finding.
CREATE TABLE audit_event (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    tag bytea CONSTRAINT audit_event_tag_has_16_bytes CHECK (octet_length(tag) = 16),
    body bytea NOT NULL
        CONSTRAINT audit_event_body_is_short CHECK (octet_length(body) <= 16384),
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX audit_event_tag ON audit_event (tag, id) WHERE tag IS NOT NULL;

-- Because an insert must never fail for want of a month.
CREATE TABLE audit_event_default PARTITION OF audit_event DEFAULT;

-- What waits for its place in the tree.
CREATE TABLE audit_outbox (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0, fillfactor = 70);

-- The place of each event in the tree.
CREATE TABLE audit_leaf (
    index bigint PRIMARY KEY CONSTRAINT audit_leaf_index_from_0 CHECK (index >= 0),
    at timestamptz NOT NULL,
    event_id uuid NOT NULL CONSTRAINT audit_leaf_event_once UNIQUE
);

CREATE TABLE audit_tile (
    level smallint NOT NULL,
    number bigint NOT NULL,
    hashes bytea NOT NULL
        CONSTRAINT audit_tile_whole_hashes
        CHECK (octet_length(hashes) % 32 = 0 AND octet_length(hashes) BETWEEN 32 AND 8192),
    PRIMARY KEY (level, number)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
-- Because hashes do not compress.
ALTER TABLE audit_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- One row: the size and root up to which the log is sequenced.
CREATE TABLE audit_head (
    id smallint PRIMARY KEY DEFAULT 1 CONSTRAINT audit_head_is_one_row CHECK (id = 1),
    size bigint NOT NULL DEFAULT 0 CONSTRAINT audit_head_size_from_0 CHECK (size >= 0),
    root bytea NOT NULL CONSTRAINT audit_head_root_has_32_bytes CHECK (octet_length(root) = 32)
) WITH (fillfactor = 10);
INSERT INTO audit_head (root) VALUES (sha256(''::bytea));

-- Every signed head.
CREATE TABLE audit_checkpoint (
    size bigint PRIMARY KEY CONSTRAINT audit_checkpoint_size_from_1 CHECK (size > 0),
    root bytea NOT NULL CONSTRAINT audit_checkpoint_root_has_32_bytes
        CHECK (octet_length(root) = 32),
    at timestamptz NOT NULL,
    note text NOT NULL
);
