-- How many permissions recorded from `since` to `until` had not ended at `cutoff`: their proof is
-- still needed (GDPR Art. 7(1)). A withdrawal of a part ends nothing. A day is added at each side,
-- because an event and its row need not bear the same second.
CREATE FUNCTION consent_proofs_needed(since timestamptz, until timestamptz, cutoff timestamptz)
RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM consent_consentevent g
     WHERE g.recorded_at >= $1 - interval '1 day' AND g.recorded_at < $2 + interval '1 day'
       AND g.state IN ('given', 'opted_in', 'renewed', 'confirmed')
       AND (g.expires_at IS NULL OR g.expires_at > $3)
       AND NOT EXISTS (
           SELECT FROM consent_consentevent e
            WHERE e.subject_id = g.subject_id AND e.recorded_at >= g.recorded_at
              AND e.recorded_at < $3
              AND (e.state = 'erased' OR (
                  e.state IN ('refused', 'withdrawn', 'revoked', 'objected', 'opted_out',
                              'invalidated')
                  AND (e.purpose_id IS NULL OR e.purpose_id = g.purpose_id)
                  AND e.attributes = '{}' AND e.channels = '{}' AND e.recipient_id IS NULL)));
$$;
