UPDATE disputes
SET state = 'withdrawn', decided_at = :now
WHERE dispute_id = :dispute_id AND state = 'open' AND opened_by = :user_id
