-- The one way in: event and outbox row, in the caller's transaction, without any lock.
CREATE FUNCTION audit_append(id uuid, at timestamptz, kind text, tag bytea, body bytea)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO audit_event (id, at, kind, tag, body) VALUES ($1, $2, $3, $4, $5);
    INSERT INTO audit_outbox (id, at) VALUES ($1, $2);
$$;

-- Makes the partitions of `months` months from the month of `first`; gives how many it made.
-- A month that already has rows in the default partition stays there.
CREATE FUNCTION audit_make_partitions(first date, months integer)
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

SELECT audit_make_partitions((now() AT TIME ZONE 'UTC')::date, 3);
