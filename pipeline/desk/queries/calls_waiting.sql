-- Every call that waits for a review, in the order in which calls became known.
SELECT * FROM calls WHERE waiting = 1 ORDER BY number
