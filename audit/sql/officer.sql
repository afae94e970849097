-- What the role of officers can do: read up to 1,000 events of a time, the earliest first, each
-- reading being an event. The next page is `after` the last id of this one.
CREATE FUNCTION audit_officer_events(since timestamptz, until timestamptz, after uuid)
RETURNS TABLE (id uuid, at timestamptz, kind text, tag bytea, body bytea, index bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    -- UUID version 7 (RFC 9562), because the queue is taken in their order.
    raw bytea := substr(int8send((extract(epoch FROM moment) * 1000)::bigint), 3)
        || substr(uuid_send(gen_random_uuid()), 7);
    event uuid;
BEGIN
    IF since IS NULL OR until IS NULL OR NOT isfinite(since) OR NOT isfinite(until) THEN
        RAISE EXCEPTION 'Say from when, and until when, events are to be read.';
    END IF;
    event := encode(set_byte(raw, 6, (get_byte(raw, 6) & 15) | 112), 'hex')::uuid;
    PERFORM audit_append(event, moment, 'log.read', NULL, convert_to(format(
        '{"at":%s,"facts":{"role":%s,"since":"%s","until":"%s"},"id":"%s","kind":"log.read",'
        '"tag":null,"v":1}', (extract(epoch FROM moment) * 1000000)::bigint,
        to_json(session_user::text), to_char(since, 'YYYY-MM-DD"T"HH24:MI:SS'),
        to_char(until, 'YYYY-MM-DD"T"HH24:MI:SS'), event), 'UTF8'));
    RETURN QUERY
        SELECT e.id, e.at, e.kind, e.tag, e.body, l.index
          FROM audit_event e LEFT JOIN audit_leaf l ON l.event_id = e.id
         WHERE e.at >= since AND e.at < until AND (after IS NULL OR e.id > after)
         ORDER BY e.id LIMIT 1000;
END $$;
