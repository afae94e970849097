-- How long events of a kind are kept: data, read by the function that prunes. Of all rows that
-- fit an event the longest counts, because a month goes as a whole. `kind` is a kind, the
-- beginning of one, or * for every kind. Where `keeper` is given, months count from the end of
-- what was proved: the function of that name says, for things recorded from `since` to `until`,
-- how many of them had not ended at the time `cutoff`.
CREATE TABLE audit_retention (
    kind text NOT NULL,
    jurisdiction text NOT NULL,
    months integer NOT NULL CONSTRAINT audit_retention_is_1_to_1200_months
        CHECK (months BETWEEN 1 AND 1200),
    keeper text CONSTRAINT audit_retention_keeper_is_a_name CHECK (keeper ~ '^[a-z_]+$'),
    source text NOT NULL CONSTRAINT audit_retention_says_why CHECK (source <> ''),
    PRIMARY KEY (kind, jurisdiction)
);

-- A month that goes: proposed by one officer, approved by another, pruned by a role of its own.
-- `body` repeats the event of the prune, so that the log can be verified after that has gone too.
CREATE TABLE audit_prune (
    id uuid PRIMARY KEY,
    month date NOT NULL CONSTRAINT audit_prune_month_is_its_first_day
        CHECK (extract(day FROM month) = 1),
    reason text NOT NULL CONSTRAINT audit_prune_says_why
        CHECK (length(reason) BETWEEN 1 AND 500),
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    approved_by uuid,
    approved_at timestamptz,
    rejected_by uuid,
    rejected_at timestamptz,
    pruned_at timestamptz,
    last_index bigint,
    event_id uuid UNIQUE,
    body bytea,
    CONSTRAINT audit_prune_needs_two_people CHECK (approved_by <> proposed_by),
    CONSTRAINT audit_prune_is_approved_at_a_time
        CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT audit_prune_is_rejected_at_a_time
        CHECK ((rejected_by IS NULL) = (rejected_at IS NULL)),
    CONSTRAINT audit_prune_was_approved_before CHECK (pruned_at IS NULL OR (
        approved_by IS NOT NULL AND rejected_by IS NULL AND last_index IS NOT NULL
        AND event_id IS NOT NULL AND body IS NOT NULL))
);
CREATE UNIQUE INDEX audit_prune_one_for_a_month ON audit_prune (month)
    WHERE rejected_by IS NULL;

-- What was decided stays decided, for everybody.
CREATE FUNCTION audit_prune_stands() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.pruned_at IS NOT NULL OR OLD.rejected_by IS NOT NULL
       OR (NEW.month, NEW.reason, NEW.proposed_by, NEW.proposed_at)
           IS DISTINCT FROM (OLD.month, OLD.reason, OLD.proposed_by, OLD.proposed_at)
       OR (OLD.approved_by IS NOT NULL AND (NEW.approved_by, NEW.approved_at)
           IS DISTINCT FROM (OLD.approved_by, OLD.approved_at)) THEN
        RAISE EXCEPTION 'What was decided about a month stands: % on % is refused.',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_decided BEFORE UPDATE ON audit_prune
    FOR EACH ROW EXECUTE FUNCTION audit_prune_stands();
ALTER TABLE audit_prune ENABLE ALWAYS TRIGGER audit_decided;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_prune
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_prune ENABLE ALWAYS TRIGGER audit_no_delete;
SELECT audit_protect('audit_prune', true);
