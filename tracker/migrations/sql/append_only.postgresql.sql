-- What happened is added and read, never changed: a trail that the program could rewrite would prove nothing.
-- Audit events, events of a follow-up and attempts at delivery refuse UPDATE and DELETE, whoever asks.

CREATE OR REPLACE FUNCTION tracker_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append only', TG_TABLE_NAME; END $$;

CREATE OR REPLACE TRIGGER tracker_auditevent_no_UPDATE BEFORE UPDATE ON tracker_auditevent
FOR EACH ROW EXECUTE FUNCTION tracker_append_only();

CREATE OR REPLACE TRIGGER tracker_auditevent_no_DELETE BEFORE DELETE ON tracker_auditevent
FOR EACH ROW EXECUTE FUNCTION tracker_append_only();

CREATE OR REPLACE TRIGGER tracker_followupevent_no_UPDATE BEFORE UPDATE ON tracker_followupevent
FOR EACH ROW EXECUTE FUNCTION tracker_append_only();

CREATE OR REPLACE TRIGGER tracker_followupevent_no_DELETE BEFORE DELETE ON tracker_followupevent
FOR EACH ROW EXECUTE FUNCTION tracker_append_only();

CREATE OR REPLACE TRIGGER tracker_delivery_no_UPDATE BEFORE UPDATE ON tracker_delivery
FOR EACH ROW EXECUTE FUNCTION tracker_append_only();

CREATE OR REPLACE TRIGGER tracker_delivery_no_DELETE BEFORE DELETE ON tracker_delivery
FOR EACH ROW EXECUTE FUNCTION tracker_append_only();
