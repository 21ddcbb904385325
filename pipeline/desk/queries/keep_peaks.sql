INSERT INTO call_peaks (recording_sha256, body) VALUES (:sha256, :body)
ON CONFLICT (recording_sha256) DO NOTHING
