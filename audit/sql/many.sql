-- Many events in one statement, set by set, because a call for each costs more than its rows.
CREATE FUNCTION audit_append_many(ids uuid[], ats timestamptz[], kinds text[], tags bytea[],
                                  bodies bytea[])
RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO audit_event (id, at, kind, tag, body) SELECT * FROM unnest($1, $2, $3, $4, $5);
    INSERT INTO audit_outbox (id, at) SELECT * FROM unnest($1, $2);
    SELECT cardinality($1);
$$;

-- Who is named in an event about many people. Only for finding: the leaves are in its body.
CREATE TABLE audit_mention (
    tag bytea NOT NULL CONSTRAINT audit_mention_tag_has_16_bytes CHECK (octet_length(tag) = 16),
    event_id uuid NOT NULL,
    kind text NOT NULL,
    PRIMARY KEY (tag, event_id)
);
SELECT audit_protect('audit_mention', false);

-- One event about many people: `tags` are 16 bytes each, one after the other in the order of
-- `kinds`, of which each is what the event is for the next of `counts` people.
CREATE FUNCTION audit_append_batch(id uuid, at timestamptz, kind text, body bytea, tags bytea,
                                   kinds text[], counts integer[])
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO audit_event (id, at, kind, tag, body) VALUES ($1, $2, $3, NULL, $4);
    INSERT INTO audit_outbox (id, at) VALUES ($1, $2);
    INSERT INTO audit_mention (tag, event_id, kind)
    SELECT substr($5, (16 * (g.before + n) - 15)::integer, 16), $1, g.kind
      FROM (SELECT k.kind, k.count, sum(k.count) OVER (ORDER BY k.place) - k.count AS before
              FROM unnest($6, $7) WITH ORDINALITY AS k (kind, count, place)) g
     CROSS JOIN LATERAL generate_series(1, g.count) n;
    SELECT true;
$$;
