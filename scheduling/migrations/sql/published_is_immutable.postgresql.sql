-- A follow-up names the version that gave its dates: what was published stays as it was read, or no date could be
-- explained later. Approval and retirement are added to a published version; the rest of it refuses a change.

CREATE OR REPLACE FUNCTION scheduling_published_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a published policy version never changes'; END $$;

CREATE TRIGGER scheduling_policyversion_published_update BEFORE UPDATE ON scheduling_policyversion FOR EACH ROW
WHEN (OLD.published_at IS NOT NULL AND (
  NEW.document IS DISTINCT FROM OLD.document
  OR NEW.fingerprint IS DISTINCT FROM OLD.fingerprint
  OR NEW.version IS DISTINCT FROM OLD.version
  OR NEW.policy_id IS DISTINCT FROM OLD.policy_id
  OR NEW.published_at IS DISTINCT FROM OLD.published_at
  OR NEW.published_by_id IS DISTINCT FROM OLD.published_by_id
  OR NEW.effective_from IS DISTINCT FROM OLD.effective_from
))
EXECUTE FUNCTION scheduling_published_is_immutable();

CREATE TRIGGER scheduling_policyversion_published_delete BEFORE DELETE ON scheduling_policyversion FOR EACH ROW
WHEN (OLD.published_at IS NOT NULL)
EXECUTE FUNCTION scheduling_published_is_immutable();
