DROP FUNCTION keep_history(regclass, text, text);
DROP FUNCTION write_history() CASCADE;
DROP TABLE history_seals;
DROP TABLE history;
DROP FUNCTION refuse_change();
