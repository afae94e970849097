DROP FUNCTION profiles_vault_read(uuid);
DROP FUNCTION profiles_vault_read_page(uuid, text, date, integer, integer);
DROP FUNCTION profiles_vault_read_bulk(uuid, uuid[]);
DROP FUNCTION profiles_vault_put(uuid[], text[], date[], smallint[], bytea[], text, timestamptz, boolean);
DROP FUNCTION profiles_vault_inventory(uuid);
DROP FUNCTION profiles_vault_erase(uuid);
