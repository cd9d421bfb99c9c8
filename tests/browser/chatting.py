"""What a person does on the chat page."""

from playwright.async_api import Locator, Page, expect

PATIENCE_MS = 60_000
"""For anything that must happen; a wait ends when it does."""
BOT = "@hoidap_preview_bot"
QUESTION = "Đề án 06 là gì?"
QUOTE = "Kiện toàn, sắp xếp tổ chức đảng và các tổ chức trong hệ thống chính trị"
NEWCOMER, ADMIN, GROUP, TOPIC, CHANNEL = (
    "người mới",
    "người quản lý",
    "Chung",
    "Hỏi đáp thủ tục",
    "kênh",
)

_NEWEST = (
    "Math.max(0, ...[...document.querySelectorAll('#log [data-id]')].map(one => one.dataset.id))"
)
_ANSWER = """([before, words]) => [...document.querySelectorAll('#log .message[data-bot=true]')]
    .find(one => one.dataset.id > before && one.innerText.includes(words))?.dataset.id"""


class ChatPage:
    """The page as a person uses it."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self.box = tab.locator("#text")
        self.log = tab.locator("#log")
        self._before = 0

    async def go_to(self, role: str) -> None:
        """Open the chat with these words in the list."""
        await self.tab.locator(".room", has_text=role).first.click()
        await expect(self.tab.locator("#talk-role")).to_contain_text(role)

    async def go_to_newcomer(self) -> None:
        """Open the newcomer's chat, which an earlier test may have started."""
        await self.go_to(NEWCOMER)
        if await self.tab.locator("#start").is_visible():
            await self.start()

    async def start(self) -> None:
        """Press Start, and wait for the greeting."""
        await self.tab.locator("#start").click()
        await expect(self.by_bot.first).to_be_visible(timeout=PATIENCE_MS)

    async def say(self, text: str) -> None:
        """Type a message and press Enter."""
        await self.look()
        await self.box.fill(text)
        await self.box.press("Enter")

    async def look(self) -> None:
        """Take note of what is there: what the bot says from now on is its answer."""
        self._before = await self.tab.evaluate(_NEWEST)

    @property
    def by_bot(self) -> Locator:
        """The bot's messages in the open chat."""
        return self.log.locator('.message[data-bot="true"]')

    async def answer(self, words: str) -> Locator:
        """Return the bot's first message with these words since the last `say` or `look`."""
        found = await self.tab.wait_for_function(
            _ANSWER, arg=[self._before, words], timeout=PATIENCE_MS
        )
        return self.log.locator(f'[data-id="{await found.json_value()}"]')
