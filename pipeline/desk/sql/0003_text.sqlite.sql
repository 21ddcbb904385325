-- The words of calls, for searching; only the index is kept, not the words. Its rowid is calls.number:
-- nothing can be deleted here, so a call whose words change gets another number.

CREATE VIRTUAL TABLE call_text USING fts5 (words, content='', tokenize='unicode61 remove_diacritics 2');
