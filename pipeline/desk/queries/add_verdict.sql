INSERT INTO call_verdicts (call_id, position, criterion, verdict, probability)
VALUES (:call_id, :position, :criterion, :verdict, :probability)
