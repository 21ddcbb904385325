SELECT body FROM call_peaks WHERE recording_sha256 = :sha256
