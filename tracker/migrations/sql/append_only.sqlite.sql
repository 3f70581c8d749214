-- What happened is added and read, never changed: a trail that the program could rewrite would prove nothing.
-- Audit events, events of a follow-up and attempts at delivery refuse UPDATE and DELETE, whoever asks.

CREATE TRIGGER IF NOT EXISTS tracker_auditevent_no_UPDATE BEFORE UPDATE ON tracker_auditevent
BEGIN SELECT RAISE(ABORT, 'tracker_auditevent is append only'); END;

CREATE TRIGGER IF NOT EXISTS tracker_auditevent_no_DELETE BEFORE DELETE ON tracker_auditevent
BEGIN SELECT RAISE(ABORT, 'tracker_auditevent is append only'); END;

CREATE TRIGGER IF NOT EXISTS tracker_followupevent_no_UPDATE BEFORE UPDATE ON tracker_followupevent
BEGIN SELECT RAISE(ABORT, 'tracker_followupevent is append only'); END;

CREATE TRIGGER IF NOT EXISTS tracker_followupevent_no_DELETE BEFORE DELETE ON tracker_followupevent
BEGIN SELECT RAISE(ABORT, 'tracker_followupevent is append only'); END;

CREATE TRIGGER IF NOT EXISTS tracker_delivery_no_UPDATE BEFORE UPDATE ON tracker_delivery
BEGIN SELECT RAISE(ABORT, 'tracker_delivery is append only'); END;

CREATE TRIGGER IF NOT EXISTS tracker_delivery_no_DELETE BEFORE DELETE ON tracker_delivery
BEGIN SELECT RAISE(ABORT, 'tracker_delivery is append only'); END;
