"""All handlers, in their order: the first one that fits takes an update."""

from telegram.ext import Application

from bot.handlers.admin import AdminHandlers
from bot.handlers.channel import ChannelHandlers
from bot.handlers.documents import DocumentHandlers
from bot.handlers.group import GroupHandlers
from bot.handlers.guest import GuestHandlers
from bot.handlers.info import InfoHandlers
from bot.handlers.inline import InlineHandlers
from bot.handlers.insight import InsightHandlers
from bot.handlers.inviting import InvitingHandlers
from bot.handlers.leafing import LeafingHandlers
from bot.handlers.membership import MembershipHandlers
from bot.handlers.privacy import PrivacyHandlers
from bot.handlers.private import PrivateHandlers
from bot.handlers.room_menu import RoomMenuHandlers
from bot.handlers.surplus import SurplusHandlers
from bot.handlers.uploads import UploadHandlers
from bot.services import Services


def register_all(services: Services, application: "Application") -> None:  # type: ignore[type-arg]
    """Add every handler of the bot: commands before plain text."""
    for handlers in (
        SurplusHandlers(services),
        InlineHandlers(services),
        GuestHandlers(services),
        # These three know some of what may come with /start, InfoHandlers the rest.
        InvitingHandlers(services),
        MembershipHandlers(services),
        PrivacyHandlers(services),
        InfoHandlers(services),
        AdminHandlers(services),
        DocumentHandlers(services),
        InsightHandlers(services),
        RoomMenuHandlers(services),
        UploadHandlers(services),
        LeafingHandlers(services),
        GroupHandlers(services),
        ChannelHandlers(services),
        PrivateHandlers(services),
    ):
        handlers.register(application)
