-- Whoever writes a row that names its entry in the log (`log_event`) commits it only with that
-- entry. Looked at when the transaction ends, so that either may be written first: the entry
-- waits in the outbox, or has its place, and one statement sees it in exactly one of the two.
CREATE FUNCTION audit_require_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit_outbox WHERE id = NEW.log_event)
       AND NOT EXISTS (SELECT FROM audit_leaf WHERE event_id = NEW.log_event) THEN
        RAISE EXCEPTION 'A row of % is committed only with its entry in the log.', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_require_entries(target regclass, name text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE CONSTRAINT TRIGGER %I AFTER INSERT OR UPDATE OF log_event ON %s '
                   'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW '
                   'EXECUTE FUNCTION audit_require_entry()', name, target);
    -- ALWAYS, because session_replication_role = replica silences ordinary triggers.
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', target, name);
END $$;

-- The same for a table of which thousands of rows are written at once: looked at once for each
-- statement, so whoever writes it has appended the entries before.
CREATE FUNCTION audit_require_written_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM written w
                WHERE NOT EXISTS (SELECT FROM audit_outbox WHERE id = w.log_event)
                  AND NOT EXISTS (SELECT FROM audit_leaf WHERE event_id = w.log_event)) THEN
        RAISE EXCEPTION 'A row of % is written only after its entry in the log.', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_require_entries_before(target regclass, name text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %s REFERENCING NEW TABLE AS written '
                   'FOR EACH STATEMENT EXECUTE FUNCTION audit_require_written_entries()',
                   name, target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', target, name);
END $$;
