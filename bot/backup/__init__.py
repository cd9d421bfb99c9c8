"""Backups: one archive of the database, the index and the documents; written, and put back.

```
hoidap-backup.json         first: the format, which hoidap wrote it and when, what is in it
database/hoidap.sqlite3    a copy that is whole, whatever was being written
generation/…               the files of the current generation
corpus/…                   the files of the corpus, but hidden ones
digests.json               last, so that an archive which has it is complete: name → bytes, SHA-256
```

Never in it: the token, .env, and whatever else lies in the data folder, like `reader.key`: whoever
has a backup can sign no links to the reader of the bot that made it.
"""

from bot.backup.layout import Head
from bot.backup.restoring import Restored, restore
from bot.backup.swapping import interrupted, recover
from bot.backup.writing import Backup, Lack, back_up

__all__ = ["Backup", "Head", "Lack", "Restored", "back_up", "interrupted", "recover", "restore"]
