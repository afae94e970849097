DROP TABLE audit_refusal;
DROP TABLE audit_cosignature;
