-- What ships; `manage.py log_retention --policy FILE` puts another in its place.
INSERT INTO audit_retention (kind, jurisdiction, months, keeper, source) VALUES
    ('*', '*', 36, NULL, 'GDPR Art. 5(1)(e), 5(2): the choice of the controller'),
    ('*', 'IN', 12, NULL, 'DPDP Rules 2025, rule 8(3): logs for at least one year'),
    ('request', 'US-CA', 24, NULL, '11 CCR 7101(a): records of requests, 24 months'),
    ('consent', '*', 36, 'consent_proofs_needed', 'GDPR Art. 7(1), 17(3)(e)'),
    ('consent', 'DE', 48, 'consent_proofs_needed', 'BGB 195, 199: three years from the end of the year'),
    ('consent', 'FR', 60, 'consent_proofs_needed', 'Code civil art. 2224: five years'),
    ('consent', 'GB', 72, 'consent_proofs_needed', 'Limitation Act 1980 s. 2, 9: six years');
