DROP FUNCTION audit_officer_events(timestamptz, timestamptz, uuid);
DROP FUNCTION audit_prune_month(uuid, uuid, timestamptz, bytea);
DROP FUNCTION audit_month_leaves(date);
DROP FUNCTION audit_month_stays(date);
DROP FUNCTION audit_month_holds(date);
DROP FUNCTION audit_months();
DROP TABLE audit_prune;
DROP FUNCTION audit_prune_stands();
DROP TABLE audit_retention;
