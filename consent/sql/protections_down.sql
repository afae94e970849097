DROP INDEX consent_change_by_transaction;
ALTER TABLE consent_change DROP COLUMN transaction;
DROP FUNCTION consent_catalogue_moved() CASCADE;
DROP FUNCTION consent_refuse_new_words() CASCADE;
DROP FUNCTION consent_refuse_rewording() CASCADE;
DROP FUNCTION consent_refuse_change() CASCADE;
