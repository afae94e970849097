DROP FUNCTION audit_require_entries(regclass, text);
DROP FUNCTION audit_require_entry();
