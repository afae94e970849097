-- One writer per person at a time: these people and everybody joined to them, locked in the
-- order of their ids, which keeps two writers from waiting for each other. Where somebody was
-- joined to them while a lock was waited for, the locks are given back (with the block) and
-- taken anew, because a lock that is kept meanwhile is half of a deadlock.
CREATE FUNCTION consent_lock_subjects(wanted uuid[]) RETURNS SETOF consent_subject
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    together uuid[] := wanted;
    missing uuid[];
BEGIN
    LOOP
        together := together || ARRAY(
            SELECT o.id FROM consent_subject s JOIN consent_subject o ON o."group" = s."group"
             WHERE s.id = ANY (together) AND s."group" IS NOT NULL AND o.id <> ALL (together));
        BEGIN
            PERFORM FROM consent_subject WHERE id = ANY (together) ORDER BY id FOR UPDATE;
            missing := ARRAY(
                SELECT o.id FROM consent_subject s JOIN consent_subject o ON o."group" = s."group"
                 WHERE s.id = ANY (together) AND s."group" IS NOT NULL
                   AND o.id <> ALL (together));
            EXIT WHEN cardinality(missing) = 0;
            RAISE EXCEPTION 'joined meanwhile' USING ERRCODE = 'SJ001';
        EXCEPTION WHEN SQLSTATE 'SJ001' THEN
            together := together || missing;
        END;
    END LOOP;
    RETURN QUERY SELECT * FROM consent_subject WHERE id = ANY (together);
END $$;
