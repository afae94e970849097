-- The history of a request is never changed or deleted, not even by the owner of the table.
CREATE TRIGGER profiles_requestevent_is_append_only
    BEFORE UPDATE OR DELETE ON profiles_requestevent
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_change();
ALTER TABLE profiles_requestevent ENABLE ALWAYS TRIGGER profiles_requestevent_is_append_only;
