UPDATE api_tokens SET last_used_at = :now WHERE token_sha256 = :token_sha256
