-- Keeps calls.reviewed true whoever writes: one review of the latest evaluation is enough; a call drawn
-- for blind double review needs two people's. A body ends on the line of its last statement.

CREATE VIEW calls_reviewed AS
SELECT c.number, CASE
    WHEN c.blind = 1 THEN (
        SELECT count(DISTINCT r.reviewer) FROM reviews AS r
        WHERE r.call_id = c.call_id AND r.evaluation_key = c.evaluation_key AND r.kind = 'blind'
    ) >= 2
    ELSE EXISTS (
        SELECT 1 FROM reviews AS r
        WHERE r.call_id = c.call_id AND r.evaluation_key = c.evaluation_key
    )
    END AS reviewed
FROM calls AS c;

CREATE TRIGGER reviews_added AFTER INSERT ON reviews BEGIN
    UPDATE calls SET reviewed = (SELECT v.reviewed FROM calls_reviewed AS v WHERE v.number = calls.number)
    WHERE call_id = NEW.call_id AND evaluation_key = NEW.evaluation_key; END;

CREATE TRIGGER calls_added AFTER INSERT ON calls BEGIN
    UPDATE calls SET reviewed = (SELECT v.reviewed FROM calls_reviewed AS v WHERE v.number = NEW.number)
    WHERE number = NEW.number; END;

CREATE TRIGGER calls_changed AFTER UPDATE OF number, evaluation_key, blind ON calls BEGIN
    UPDATE calls SET reviewed = (SELECT v.reviewed FROM calls_reviewed AS v WHERE v.number = NEW.number)
    WHERE number = NEW.number; END;
