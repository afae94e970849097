-- A basis is part of what was decided under it: it is ended and followed by another, never
-- changed, and at no time are there two (GDPR Art. 5(1)(a), 6(1), 13(1)(c)).

CREATE FUNCTION consent_keep_bases() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.purpose_id, NEW.jurisdiction, NEW.basis, NEW.conditions, NEW.effective_from)
           IS DISTINCT FROM
           (OLD.purpose_id, OLD.jurisdiction, OLD.basis, OLD.conditions, OLD.effective_from) THEN
        RAISE EXCEPTION 'A legal basis does not change: end it and add the one that follows.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    -- Because two who write at once see neither's row.
    PERFORM 1 FROM consent_purpose WHERE id = NEW.purpose_id FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM consent_legalbasis b
         WHERE b.purpose_id = NEW.purpose_id AND b.jurisdiction = NEW.jurisdiction
           AND b.id <> NEW.id
           AND b.effective_from < coalesce(NEW.effective_until, 'infinity')
           AND NEW.effective_from < coalesce(b.effective_until, 'infinity')) THEN
        RAISE EXCEPTION 'A purpose has one legal basis at a time in a jurisdiction.'
            USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER consent_legalbasis_is_one_at_a_time
    AFTER INSERT OR UPDATE ON consent_legalbasis
    FOR EACH ROW EXECUTE FUNCTION consent_keep_bases();

CREATE TRIGGER consent_jurisdictionedition_moves_the_catalogue
    AFTER INSERT OR UPDATE OR DELETE ON consent_jurisdictionedition
    FOR EACH STATEMENT EXECUTE FUNCTION consent_catalogue_moved();
