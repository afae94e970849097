-- Who proposed and approved a published notice, and what it stood on, never change either.
CREATE OR REPLACE FUNCTION consent_refuse_rewording() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'A published notice stays.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.published_at IS NOT NULL
       AND (NEW.purpose_id, NEW.version, NEW.material, NEW.valid_days, NEW.published_at,
            NEW.content_hash, NEW.state, NEW.details, NEW.dropped, NEW.terms, NEW.component,
            NEW.drafted_by, NEW.proposed_by, NEW.proposed_at, NEW.approved_by, NEW.approved_at)
           IS DISTINCT FROM
           (OLD.purpose_id, OLD.version, OLD.material, OLD.valid_days, OLD.published_at,
            OLD.content_hash, OLD.state, OLD.details, OLD.dropped, OLD.terms, OLD.component,
            OLD.drafted_by, OLD.proposed_by, OLD.proposed_at, OLD.approved_by, OLD.approved_at)
    THEN
        RAISE EXCEPTION 'A published notice is immutable; publish a new version.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
