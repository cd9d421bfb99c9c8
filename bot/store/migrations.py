"""The database's tables, as scripts from one version to the next."""

MIGRATIONS = (
    """
    CREATE TABLE chats (
        chat_id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        first_seen REAL NOT NULL,
        last_seen REAL NOT NULL
    ) STRICT;
    CREATE TABLE settings (
        chat_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (chat_id, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE questions (
        id INTEGER PRIMARY KEY,
        asked_at REAL NOT NULL,
        chat_id INTEGER NOT NULL,
        message_id INTEGER NOT NULL,
        surface TEXT NOT NULL,
        outcome TEXT NOT NULL,
        confidence REAL NOT NULL,
        seconds REAL NOT NULL,
        generation TEXT NOT NULL
    ) STRICT;
    CREATE INDEX questions_by_time ON questions (asked_at);
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        chat_id INTEGER NOT NULL,
        message_id INTEGER NOT NULL,
        language TEXT NOT NULL,
        started_at REAL NOT NULL
    ) STRICT;
    """,
    """
    ALTER TABLE chats ADD COLUMN title TEXT NOT NULL DEFAULT '';
    ALTER TABLE chats ADD COLUMN is_in INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE questions ADD COLUMN topic INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE questions ADD COLUMN person TEXT NOT NULL DEFAULT '';
    ALTER TABLE questions ADD COLUMN question TEXT;
    CREATE INDEX questions_by_person ON questions (person, asked_at);
    CREATE TABLE room_settings (
        chat_id INTEGER NOT NULL,
        topic INTEGER NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (chat_id, topic, name)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO room_settings SELECT chat_id, 0, name, json_quote(value) FROM settings;
    DROP TABLE settings;
    CREATE TABLE answers (
        chat_id INTEGER NOT NULL,
        message_id INTEGER NOT NULL,
        asked_in INTEGER NOT NULL,
        person TEXT NOT NULL,
        messages TEXT NOT NULL,
        passages TEXT NOT NULL,
        given_at REAL NOT NULL,
        PRIMARY KEY (chat_id, message_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX answers_by_question ON answers (chat_id, asked_in);
    CREATE INDEX answers_by_time ON answers (given_at);
    CREATE TABLE feedback (
        chat_id INTEGER NOT NULL,
        message_id INTEGER NOT NULL,
        person TEXT NOT NULL,
        value INTEGER NOT NULL,
        given_at REAL NOT NULL,
        PRIMARY KEY (chat_id, message_id, person)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE inbox (
        update_id INTEGER PRIMARY KEY,
        received_at REAL NOT NULL,
        body TEXT,
        tries INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE members (
        id INTEGER PRIMARY KEY,
        since REAL NOT NULL
    ) STRICT;
    CREATE TABLE invitations (
        digest TEXT PRIMARY KEY,
        until REAL NOT NULL,
        uses_left INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE secrets (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE marks (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
)
"""Script i takes a database from version i to i + 1; never edit one that has been released."""
