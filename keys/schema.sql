CREATE TABLE IF NOT EXISTS bucket (
    number INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS data_key (
    bucket INTEGER NOT NULL,
    subject BLOB NOT NULL CHECK (length(subject) = 16),
    generation INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (bucket, subject)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tombstone (
    subject BLOB PRIMARY KEY CHECK (length(subject) = 16),
    bucket INTEGER NOT NULL,
    generation INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS intent (
    subject BLOB PRIMARY KEY CHECK (length(subject) = 16)
) WITHOUT ROWID;
