"""What each database role may do with the tables of profiles; everything else is revoked."""

TABLES: dict[str, dict[str, str]] = {
    "profiles_authorizedagent": {"app": "SELECT, INSERT, UPDATE"},
    "profiles_agentrequest": {"app": "SELECT, INSERT"},
    "profiles_user": {"app": "SELECT, INSERT, UPDATE, DELETE"},
    "profiles_profile": {"app": "SELECT, INSERT, DELETE"},
    "profiles_signincode": {"app": "SELECT, INSERT, UPDATE, DELETE"},
    # Because the vault opens only through functions that ask for a permit.
    "profiles_vaultblock": {},
    "profiles_disclosure": {"app": "SELECT, INSERT, UPDATE"},
    "profiles_request": {"app": "SELECT, INSERT, UPDATE"},
    "profiles_requeststep": {"app": "SELECT, INSERT, UPDATE"},
    "profiles_requestevent": {"app": "SELECT, INSERT"},
    "profiles_exportfile": {"app": "SELECT, INSERT, UPDATE, DELETE"},
    "profiles_highwater": {"app": "SELECT, UPDATE"},
    "profiles_restoration": {"app": "SELECT, INSERT"},
    "profiles_recipientnotice": {"app": "SELECT, INSERT, UPDATE"},
}

FUNCTIONS: dict[str, list[str]] = {
    "profiles_vault_read(uuid)": ["app"],
    "profiles_vault_read_page(uuid, text, date, integer, integer)": ["app"],
    "profiles_vault_read_bulk(uuid, uuid[])": ["app"],
    "profiles_vault_put(uuid[], text[], date[], smallint[], bytea[], text, timestamptz, boolean)": [
        "app"
    ],
    "profiles_vault_inventory(uuid)": ["app"],
    "profiles_vault_erase(uuid)": ["app"],
}
