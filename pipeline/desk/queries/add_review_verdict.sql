INSERT INTO review_verdicts (review_key, criterion, machine_verdict, verdict, agrees, reason, evidence)
VALUES (:review_key, :criterion, :machine_verdict, :verdict, :agrees, :reason, :evidence)
