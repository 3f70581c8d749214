-- A follow-up names the version that gave its dates: what was published stays as it was read, or no date could be
-- explained later. Approval and retirement are added to a published version; the rest of it refuses a change.

CREATE TRIGGER scheduling_policyversion_published_update BEFORE UPDATE ON scheduling_policyversion
WHEN OLD.published_at IS NOT NULL AND (
  NEW.document IS NOT OLD.document
  OR NEW.fingerprint IS NOT OLD.fingerprint
  OR NEW.version IS NOT OLD.version
  OR NEW.policy_id IS NOT OLD.policy_id
  OR NEW.published_at IS NOT OLD.published_at
  OR NEW.published_by_id IS NOT OLD.published_by_id
  OR NEW.effective_from IS NOT OLD.effective_from
)
BEGIN SELECT RAISE(ABORT, 'a published policy version never changes'); END;

CREATE TRIGGER scheduling_policyversion_published_delete BEFORE DELETE ON scheduling_policyversion
WHEN OLD.published_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a published policy version never changes'); END;
