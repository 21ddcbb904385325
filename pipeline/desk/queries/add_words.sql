INSERT INTO call_text (rowid, words) VALUES (:number, :words)
