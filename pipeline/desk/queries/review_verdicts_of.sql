SELECT * FROM review_verdicts WHERE review_key IN :keys ORDER BY review_key, criterion
