"""What the call page shows, made from the records; nothing here knows of requests."""
