CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The log only grows: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit_protect(target regclass, truncate_only boolean) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- ALWAYS, because session_replication_role = replica silences ordinary triggers.
    IF NOT truncate_only THEN
        EXECUTE format('CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON %s '
                       'FOR EACH ROW EXECUTE FUNCTION audit_refuse()', target);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_no_change', target);
    END IF;
    EXECUTE format('CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_no_truncate', target);
END $$;

SELECT audit_protect('audit_event', false);
SELECT audit_protect('audit_event_default', true);
SELECT audit_protect('audit_leaf', false);
SELECT audit_protect('audit_checkpoint', false);
SELECT audit_protect('audit_tile', true);
SELECT audit_protect('audit_head', true);

-- Tiles and the head grow in place, but nothing of them is ever removed.
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_tile
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_tile ENABLE ALWAYS TRIGGER audit_no_delete;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_no_delete;
