-- The months that have a partition of their own, the earliest first, and how many bytes it has.
CREATE FUNCTION audit_months() RETURNS TABLE (month date, bytes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT to_date(right(c.relname, 7), 'YYYY_MM'), pg_total_relation_size(c.oid)
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'audit_event'::regclass AND c.relname ~ '^audit_event_\d{4}_\d{2}$'
     ORDER BY 1;
$$;

-- What a month holds, kind by kind.
CREATE FUNCTION audit_month_holds(month date) RETURNS TABLE (kind text, events bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
    SELECT e.kind, count(*) FROM audit_event e
     WHERE e.at >= $1::timestamp AND e.at < $1::timestamp + interval '1 month'
     GROUP BY e.kind ORDER BY e.kind;
$$;

-- Why a month may not be pruned now; no row: it may. The clock is the server's.
CREATE FUNCTION audit_month_stays(month date)
RETURNS TABLE (why text, what text, events bigint, until timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET timezone = 'UTC' AS $$
DECLARE
    since timestamptz := date_trunc('month', month::timestamp);
    finish timestamptz := since + interval '1 month';
    rule record;
BEGIN
    IF to_regclass('audit_event_' || to_char(since, 'YYYY_MM')) IS NULL THEN
        RETURN QUERY SELECT 'no_partition', ''::text, 0::bigint, NULL::timestamptz;
        RETURN;
    END IF;
    IF finish > now() THEN
        RETURN QUERY SELECT 'not_over', ''::text, 0::bigint, finish;
    END IF;
    RETURN QUERY
        SELECT 'not_sequenced', ''::text, count(*), NULL::timestamptz FROM audit_event e
         WHERE e.at >= since AND e.at < finish
           AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event_id = e.id AND l.at = e.at)
        HAVING count(*) > 0;
    FOR rule IN
        SELECT r.kind, r.jurisdiction, r.months, r.keeper, sum(h.events)::bigint AS events
          FROM audit_retention r
          JOIN (SELECT * FROM audit_month_holds(since::date)) h
            ON r.kind IN ('*', h.kind) OR starts_with(h.kind, r.kind || '.')
         GROUP BY r.kind, r.jurisdiction, r.months, r.keeper ORDER BY 1, 2
    LOOP
        IF finish + make_interval(months => rule.months) > now() THEN
            RETURN QUERY SELECT 'retention', rule.kind || ' ' || rule.jurisdiction, rule.events,
                finish + make_interval(months => rule.months);
        ELSIF rule.keeper IS NOT NULL THEN
            -- A keeper that is missing raises here, and nothing is pruned.
            EXECUTE format('SELECT %I($1, $2, $3)', rule.keeper) INTO rule.events
                USING since, finish, now() - make_interval(months => rule.months);
            IF rule.events > 0 THEN
                RETURN QUERY SELECT 'still_needed', rule.kind || ' ' || rule.jurisdiction,
                    rule.events, NULL::timestamptz;
            END IF;
        END IF;
    END LOOP;
    -- Because kinds that no rule names are kept: every doubt is a No.
    RETURN QUERY
        SELECT 'no_rule', h.kind, h.events, NULL::timestamptz
          FROM audit_month_holds(since::date) h
         WHERE NOT EXISTS (SELECT FROM audit_retention r WHERE r.kind IN ('*', h.kind)
                           OR starts_with(h.kind, r.kind || '.'));
END $$;

-- What the event of a prune must say: how many events, the first and last place, the size of the
-- tree, and a digest over places and leaf hashes. It is SHA-256 over the SHA-256 of each run of
-- places that agree above their lowest 16 bits, of 8 bytes of the place and the hash, in order.
-- `misfits` counts bodies whose hash is not the one in the tree.
CREATE FUNCTION audit_month_leaves(month date)
RETURNS TABLE (events bigint, first bigint, last bigint, size bigint, leaves bytea, misfits bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
    WITH placed AS (
        SELECT l.index, sha256('\x00'::bytea || e.body) AS hash,
               substr(t.hashes, (l.index % 256)::integer * 32 + 1, 32) AS kept
          FROM audit_event e
          JOIN audit_leaf l ON l.event_id = e.id AND l.at = e.at
          LEFT JOIN audit_tile t ON t.level = 0 AND t.number = l.index / 256
         WHERE e.at >= $1::timestamp AND e.at < $1::timestamp + interval '1 month'
    ), runs AS (
        SELECT index >> 16 AS run, count(*) AS events, min(index) AS first, max(index) AS last,
               sha256(string_agg(int8send(index) || hash, ''::bytea ORDER BY index)) AS digest,
               count(*) FILTER (WHERE kept IS DISTINCT FROM hash) AS misfits
          FROM placed GROUP BY 1
    )
    SELECT coalesce(sum(events), 0)::bigint, min(first), max(last),
           (SELECT h.size FROM audit_head h),
           sha256(coalesce(string_agg(digest, ''::bytea ORDER BY run), ''::bytea)),
           coalesce(sum(misfits), 0)::bigint
      FROM runs;
$$;

-- The one way out: checks everything again, appends the event of the prune, drops the month.
-- Tiles, leaf rows and checkpoints stay. Everything or nothing, in one transaction.
CREATE FUNCTION audit_prune_month(proposal uuid, event uuid, said_at timestamptz, said bytea)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET timezone = 'UTC' SET lock_timeout = '3s' AS $$
DECLARE
    asked audit_prune;
    held record;
    facts jsonb := convert_from(said, 'UTF8')::jsonb;
    partition text;
BEGIN
    SELECT * INTO asked FROM audit_prune p WHERE p.id = proposal FOR UPDATE;
    IF asked.id IS NULL OR asked.rejected_by IS NOT NULL OR asked.approved_by IS NULL
       OR asked.approved_by = asked.proposed_by THEN
        RAISE EXCEPTION 'No month is pruned that two officers have not approved.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF asked.pruned_at IS NOT NULL THEN
        RAISE EXCEPTION 'This month was pruned already.'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    partition := 'audit_event_' || to_char(asked.month, 'YYYY_MM');
    IF to_regclass(partition) IS NOT NULL THEN
        -- Because nothing may enter the month between the count and its end.
        EXECUTE format('LOCK TABLE %I IN SHARE MODE', partition);
    END IF;
    SELECT * INTO held FROM audit_month_stays(asked.month) LIMIT 1;
    IF held.why IS NOT NULL THEN
        RAISE EXCEPTION 'The month % stays: % %.', asked.month, held.why, held.what
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SELECT * INTO held FROM audit_month_leaves(asked.month);
    IF held.misfits > 0 THEN
        RAISE EXCEPTION 'Of the month %, % events are not what was signed: run verify_log.',
            asked.month, held.misfits USING ERRCODE = 'data_corrupted';
    END IF;
    IF facts ->> 'kind' IS DISTINCT FROM 'log.pruned' OR facts ->> 'id' IS DISTINCT FROM event::text
       OR facts -> 'facts' IS DISTINCT FROM jsonb_build_object(
           'month', to_char(asked.month, 'YYYY-MM'), 'events', held.events,
           'first', held.first, 'last', held.last, 'size', held.size,
           'leaves', encode(held.leaves, 'hex'), 'reason', asked.reason,
           'proposed_by', asked.proposed_by, 'approved_by', asked.approved_by) THEN
        RAISE EXCEPTION 'The event of a prune must say what is pruned, as it is now: try again.'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    -- Who was named in an event about many goes with it; only this function may.
    ALTER TABLE audit_mention DISABLE TRIGGER audit_no_change;
    EXECUTE format('DELETE FROM audit_mention m USING %I e WHERE m.event_id = e.id', partition);
    ALTER TABLE audit_mention ENABLE ALWAYS TRIGGER audit_no_change;
    EXECUTE format('ALTER TABLE audit_event DETACH PARTITION %I', partition);
    EXECUTE format('DROP TABLE %I', partition);
    INSERT INTO audit_event (id, at, kind, tag, body)
    VALUES (event, said_at, 'log.pruned', NULL, said);
    INSERT INTO audit_outbox (id, at) VALUES (event, said_at);
    UPDATE audit_prune p SET pruned_at = now(), last_index = coalesce(held.last, -1),
        event_id = event, body = said WHERE p.id = proposal;
    RETURN held.events;
END $$;

-- The next months, as before; a month that was pruned does not come back.
CREATE OR REPLACE FUNCTION audit_make_partitions(first date, months integer)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month timestamptz;
    name text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit_make_partitions'));
    FOR step IN 0 .. least(months, 60) - 1 LOOP
        month := (date_trunc('month', first) + make_interval(months => step)) AT TIME ZONE 'UTC';
        name := 'audit_event_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        CONTINUE WHEN EXISTS (
            SELECT FROM audit_prune p WHERE p.pruned_at IS NOT NULL
            AND to_char(p.month, 'YYYY_MM') = right(name, 7));
        CONTINUE WHEN EXISTS (
            SELECT FROM audit_event_default e
            WHERE e.at >= month AND e.at < (month AT TIME ZONE 'UTC' + interval '1 month')
                AT TIME ZONE 'UTC');
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)', name, month,
            (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
        PERFORM audit_protect(name::regclass, true);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER audit_no_change', name);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
