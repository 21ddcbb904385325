UPDATE hooks SET secret = :secret WHERE hook_id = :hook_id
