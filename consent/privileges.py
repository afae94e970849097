"""What each database role may do with the tables of consent; everything else is revoked."""

READ = {"app": "SELECT", "policy": "SELECT"}
REFERENCE = {"app": "SELECT, INSERT, UPDATE"}

TABLES: dict[str, dict[str, str]] = {
    "consent_controller": REFERENCE,
    "consent_attribute": REFERENCE,
    "consent_channel": REFERENCE,
    "consent_purpose": REFERENCE,
    "consent_legalbasis": REFERENCE,
    "consent_feature": REFERENCE,
    "consent_catalogueversion": READ,
    "consent_replayrun": {"app": "SELECT, INSERT, UPDATE, DELETE"},
    "consent_catalogueedition": {"app": "SELECT, INSERT"},
    "consent_cataloguesnapshot": {"app": "SELECT, INSERT"},
    "consent_jurisdictionedition": REFERENCE,
    "consent_recipient": REFERENCE,
    "consent_recipientgrant": {"app": "SELECT, INSERT, UPDATE, DELETE"},
    "consent_application": {"app": "SELECT, INSERT, UPDATE"},
    "consent_notice": REFERENCE,
    "consent_noticetext": {"app": "SELECT, INSERT, UPDATE, DELETE"},
    "consent_subject": {"app": "SELECT, INSERT, UPDATE"},
    "consent_subjectlink": {"app": "SELECT, INSERT, UPDATE"},
    "consent_subjectreference": {"app": "SELECT, INSERT, DELETE"},
    "consent_consentevent": {"app": "SELECT, INSERT"},
    "consent_consentstate": {"app": "SELECT, INSERT, UPDATE"},
    "consent_keptstanding": {"app": "SELECT, INSERT, UPDATE, DELETE"},
    "consent_stoplink": {"app": "SELECT, INSERT, DELETE"},
    "consent_shape": {"app": "SELECT, INSERT"},
    # Because a permit may be minted only by the function that checks its verdict.
    "consent_verdict": {"app": "SELECT", "policy": "SELECT, INSERT"},
    "consent_permit": {"app": "SELECT"},
    "consent_change": {"app": "SELECT, INSERT"},
    "consent_changearrival": {"app": "SELECT, INSERT, UPDATE"},
    "consent_messagecount": {"app": "SELECT, INSERT, UPDATE, DELETE"},
    "consent_ask": {"app": "SELECT, INSERT, UPDATE, DELETE"},
    "consent_idempotentanswer": {"app": "SELECT, INSERT, DELETE"},
}

FUNCTIONS: dict[str, list[str]] = {
    "consent_mint_permit(uuid, uuid, bigint, bytea, text[], timestamptz, uuid, timestamptz, "
    "bytea, bytea)": ["app"],
    "consent_mint_bulk_permit(uuid, bytea[], text[], timestamptz, uuid, timestamptz, bytea)": [
        "app"
    ],
    "consent_drop_expired_permits(timestamptz)": ["app"],
    "consent_lock_subjects(uuid[])": ["app"],
    # Because the log asks before a month of it goes (audit_retention), as the owner.
    "consent_proofs_needed(timestamptz, timestamptz, timestamptz)": [],
}
