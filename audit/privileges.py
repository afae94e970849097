"""Who may do what with the log: nobody changes or removes an event, not even its sequencer."""

# Because the application proposes and approves, and only the pruner's function does the rest.
_DECIDE = (
    "SELECT, INSERT (id, month, reason, proposed_by, proposed_at), "
    "UPDATE (approved_by, approved_at, rejected_by, rejected_at)"
)

TABLES = {
    "audit_event": {"app": "SELECT", "sequencer": "SELECT"},
    "audit_mention": {"app": "SELECT"},
    "audit_outbox": {"app": "SELECT", "sequencer": "SELECT, DELETE"},
    "audit_leaf": {"app": "SELECT", "sequencer": "SELECT, INSERT"},
    "audit_tile": {"app": "SELECT", "sequencer": "SELECT, INSERT, UPDATE"},
    "audit_head": {"app": "SELECT", "sequencer": "SELECT, UPDATE"},
    "audit_checkpoint": {"app": "SELECT", "sequencer": "SELECT, INSERT"},
    # Because each is checked under the key of its witness whenever it is read.
    "audit_cosignature": {"app": "SELECT, INSERT"},
    "audit_refusal": {"app": "SELECT, INSERT"},
    # Because it proves nothing: whoever wants proof runs `verify_log`, which does not read it.
    "audit_watch": {"app": "SELECT, INSERT, UPDATE"},
    "audit_retention": {"app": "SELECT", "pruner": "SELECT"},
    "audit_prune": {"app": _DECIDE, "pruner": "SELECT"},
}

FUNCTIONS = {
    "audit_append(uuid, timestamptz, text, bytea, bytea)": ["app"],
    "audit_append_many(uuid[], timestamptz[], text[], bytea[], bytea[])": ["app"],
    "audit_append_batch(uuid, timestamptz, text, bytea, bytea, text[], integer[])": ["app"],
    "audit_make_partitions(date, integer)": ["sequencer"],
    "audit_officer_events(timestamptz, timestamptz, uuid)": ["officer"],
    "audit_months()": ["app", "pruner"],
    "audit_month_holds(date)": ["app", "pruner"],
    "audit_month_stays(date)": ["app", "pruner"],
    "audit_month_leaves(date)": ["pruner"],
    "audit_prune_month(uuid, uuid, timestamptz, bytea)": ["pruner"],
}
