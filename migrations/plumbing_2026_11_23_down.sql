DROP FUNCTION protect(regclass, text);
DROP TABLE shares;
DROP TABLE idempotency_keys;
DROP TABLE feed_cursors;
DROP TABLE feed_state;
DROP TABLE events;
