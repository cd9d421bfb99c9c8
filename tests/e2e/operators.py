"""A bot with two operators and a corpus for them to look after, and pressing their buttons."""

import io
import zipfile
from dataclasses import dataclass

from bot.botapi import BotApiServer, CallbackQuery, Message
from tests.e2e.papers import note
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person

ADMINS_ONLY = "Chỉ quản trị viên của bot mới dùng được lệnh này."
PRIVATELY = "Lệnh này tôi chỉ trả lời riêng. Mời bạn nhắn riêng cho tôi."
PLACES = {
    "kèn đồng": "gác chuông",
    "đàn bầu": "nhà ông Tư",
    "trống chầu": "đình Đông",
    "sáo trúc": "lớp nhạc",
    "khèn bè": "bản Mường",
    "đàn tranh": "nhà bà Sáu",
    "mõ gỗ": "chùa Làng",
    "cồng chiêng": "nhà rông",
    "đàn nguyệt": "rạp hát",
}
SECRET = """---
title: Sổ quỹ đen
publisher: Ban quản lý kho
date: 2024-05-06
---
Cái hòm sắt đang được giữ ở tầng hầm thứ ba từ mùa thu năm ngoái.
"""


@dataclass(frozen=True)
class Desk:
    """An operator at their chat with a bot of their own."""

    server: BotApiServer
    bot: BotProcess
    person: Person

    async def page(self, command: str) -> Message:
        """Send a command and return the message that it gets."""
        return await self.person.hear(self.person.say(command))

    async def press(self, message: Message, button: str) -> CallbackQuery:
        """Press a button and return the query, once it has been answered."""
        query = self.server.press(self.person.user, message, button)
        await self.server.wait_for_answer(query, PATIENCE_S)
        return query

    async def reindex_by(self, message: Message) -> Message:
        """Press the button that reindexes, and return its message at the end."""
        last = self.server.messages(self.person.chat)[-1]
        await self.press(message, "Lập lại chỉ mục")
        started = await self.person.hear(last)
        return await self.server.wait_for_edit(
            started, timeout=PATIENCE_S, where=lambda edited: "Thêm " in edited.text
        )


def write_notes(bot: BotProcess) -> None:
    """Fill the corpus: nine notes, one that is restricted by a file beside it, and an archive."""
    bot.corpus.mkdir()
    for subject, place in PLACES.items():
        path = bot.corpus / f"{subject.replace(' ', '-')}.txt"
        path.write_text(note(subject, place), encoding="utf-8")
    (bot.corpus / "mat").mkdir()
    (bot.corpus / "mat" / "quy.md").write_text(SECRET, encoding="utf-8")
    (bot.corpus / "mat" / "quy.yaml").write_text("tags: nội bộ\n", encoding="utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("trong.txt", note("phách tre", "quán cóc"))
        archive.writestr("ngoai.txt", note("sênh tiền", "phòng khách"))
    (bot.corpus / "goi.zip").write_bytes(packed.getvalue())


def labels(message: Message) -> list[list[str]]:
    """What is written on the buttons under a message, row by row."""
    return [[button.text for button in row] for row in message.buttons]
