DELETE FROM saved_views WHERE view_id = :view_id
