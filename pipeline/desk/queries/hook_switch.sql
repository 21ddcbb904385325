UPDATE hooks SET active = :active WHERE hook_id = :hook_id
