DROP FUNCTION audit_require_entries_before(regclass, text);
DROP FUNCTION audit_require_written_entries();
DROP FUNCTION audit_require_entries(regclass, text);
DROP FUNCTION audit_require_entry();
