DROP FUNCTION consent_lock_subjects(uuid[]);
