-- Consent events are never changed or deleted, and published words never change. The triggers
-- fire ALWAYS because session_replication_role = replica would silence them otherwise.

CREATE FUNCTION consent_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER consent_event_is_append_only
    BEFORE UPDATE OR DELETE ON consent_consentevent
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_change();
ALTER TABLE consent_consentevent ENABLE ALWAYS TRIGGER consent_event_is_append_only;

CREATE FUNCTION consent_refuse_rewording() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'A published notice stays.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.published_at IS NOT NULL
       AND (NEW.purpose_id, NEW.version, NEW.material, NEW.valid_days, NEW.published_at,
            NEW.content_hash)
           IS DISTINCT FROM
           (OLD.purpose_id, OLD.version, OLD.material, OLD.valid_days, OLD.published_at,
            OLD.content_hash) THEN
        RAISE EXCEPTION 'A published notice is immutable; publish a new version.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;

CREATE TRIGGER consent_notice_is_immutable_once_published
    BEFORE UPDATE OR DELETE ON consent_notice
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_rewording();

CREATE FUNCTION consent_refuse_new_words() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM consent_notice
                WHERE id = coalesce(NEW.notice_id, OLD.notice_id)
                  AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'The words of a published notice are immutable; publish a new version.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;

CREATE TRIGGER consent_noticetext_is_immutable_once_published
    BEFORE INSERT OR UPDATE OR DELETE ON consent_noticetext
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_new_words();

-- Each change of the catalogue moves its version in the same transaction.
INSERT INTO consent_catalogueversion (singleton, version) VALUES (true, 1);

CREATE FUNCTION consent_catalogue_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE consent_catalogueversion SET version = version + 1;
    RETURN NULL;
END
$$;

DO $$
DECLARE watched text;
BEGIN
    FOREACH watched IN ARRAY ARRAY['consent_controller', 'consent_attribute', 'consent_purpose',
        'consent_legalbasis', 'consent_notice', 'consent_recipient', 'consent_recipientgrant'] LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION consent_catalogue_moved()',
            watched || '_moves_the_catalogue', watched);
    END LOOP;
END
$$;

ALTER TABLE consent_change
    ADD COLUMN transaction xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX consent_change_by_transaction ON consent_change (transaction);
