DROP FUNCTION consent_proofs_needed(timestamptz, timestamptz, timestamptz);
