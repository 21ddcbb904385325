SELECT
    e.call_id, t.turn, t.role, t.channel, t.start_s, t.end_s, t.text, t.asr_confidence,
    j.sentiment, j.sentiment_probability
FROM latest_evaluations e
JOIN turns t ON t.transcript_key = e.transcript_key
LEFT JOIN turn_judgements j ON j.evaluation_key = e.key AND j.turn = t.turn
ORDER BY e.call_id, t.turn
