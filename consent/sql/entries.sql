-- Events cannot be changed (`consent_event_is_append_only`), so inserting is all there is.
SELECT audit_require_entries_before('consent_consentevent',
                                    'consent_event_has_its_entry_in_the_log');

-- As before, and the entry must say which permit it is of, so that none opens the vault under
-- an entry that tells of something else.
CREATE OR REPLACE FUNCTION consent_mint_permit(permit_id uuid, subject_id uuid,
                                    expected_epoch bigint,
                                    verdict_key bytea, asked text[], expires timestamptz,
                                    event_id uuid, event_at timestamptz, event_tag bytea,
                                    event_body bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    state consent_consentstate%ROWTYPE;
    verdict consent_verdict%ROWTYPE;
BEGIN
    SELECT * INTO state FROM consent_consentstate s
     WHERE s.subject_id = consent_mint_permit.subject_id;
    IF NOT FOUND OR state.epoch <> expected_epoch
       OR (state.until IS NOT NULL AND state.until <= clock_timestamp()) THEN
        RETURN false;
    END IF;
    SELECT v.* INTO verdict FROM consent_verdict v
      JOIN consent_catalogueversion c ON c.version = v.catalogue
     WHERE v.key = verdict_key AND v.shape = state.shape
       AND (v.valid_until IS NULL OR v.valid_until > clock_timestamp());
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF cardinality(asked) = 0 OR NOT asked <@ verdict.permitted::text[] THEN
        RAISE EXCEPTION 'No verdict permits all of the attributes that were asked for.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF expires > clock_timestamp() + interval '15 minutes' THEN
        RAISE EXCEPTION 'A permit lives for at most fifteen minutes.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- A body is canonical, so that each of these has exactly one form in it.
    IF position(convert_to('"permit":"' || permit_id || '"', 'UTF8') IN event_body) = 0
       OR position(convert_to('"covered":' || array_to_json(asked) || ',', 'UTF8')
                   IN event_body) = 0 THEN
        RAISE EXCEPTION 'The entry in the log must name the permit and what it covers.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO consent_permit (id, subject, epoch, shapes, purpose, recipient, channel,
                                attributes, expires_at, log_event)
    VALUES (permit_id, state.subject_id, state.epoch, NULL, verdict.purpose, verdict.recipient,
            verdict.channel, asked, expires, event_id);
    PERFORM audit_append(event_id, event_at, 'decision.permit', event_tag, event_body);
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION consent_mint_bulk_permit(permit_id uuid, verdict_keys bytea[],
                                         asked text[],
                                         expires timestamptz, event_id uuid,
                                         event_at timestamptz, event_body bytea)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    covered record;
BEGIN
    IF expires > clock_timestamp() + interval '15 minutes' THEN
        RAISE EXCEPTION 'A permit lives for at most fifteen minutes.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF position(convert_to('"permit":"' || permit_id || '"', 'UTF8') IN event_body) = 0 THEN
        RAISE EXCEPTION 'The entry in the log must name the permit.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT array_agg(v.shape) AS shapes, min(v.purpose) AS purpose, min(v.recipient) AS recipient,
           min(v.channel) AS channel, count(DISTINCT (v.purpose, v.recipient, v.channel)) AS kinds
      INTO covered
      FROM consent_verdict v JOIN consent_catalogueversion c ON c.version = v.catalogue
     WHERE v.key = ANY (verdict_keys) AND v.permitted::text[] && asked
       AND (v.valid_until IS NULL OR v.valid_until > clock_timestamp());
    IF covered.shapes IS NULL THEN
        RETURN 0;
    END IF;
    IF covered.kinds <> 1 THEN
        RAISE EXCEPTION 'One bulk permit answers one question.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO consent_permit (id, subject, epoch, shapes, purpose, recipient, channel,
                                attributes, expires_at, log_event)
    VALUES (permit_id, NULL, NULL, covered.shapes, covered.purpose, covered.recipient,
            covered.channel, asked, expires, event_id);
    PERFORM audit_append(event_id, event_at, 'decision.bulk', NULL, event_body);
    RETURN cardinality(covered.shapes);
END
$$;
