UPDATE reviews SET posted_at = :now WHERE key IN :keys
