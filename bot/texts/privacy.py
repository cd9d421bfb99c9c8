"""What the bot says about what it keeps, and about deleting it."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class PrivacyTexts:
    """The wording of one language."""

    head: str
    log: str
    words_not_kept: str
    words_kept: str
    passing: str
    technical: str
    ratings: str
    places: str
    invited: str
    retention: str
    who_sees: str
    who_sees_words: str
    erase: str
    # deleting
    confirm: str
    confirm_invited: str
    button_erase: str
    button_spare: str
    erased: str
    spared: str
    privately: str
    button_privately: str


VI = PrivacyTexts(
    head="Tôi giữ những gì, và trong bao lâu:",
    log=(
        "• Mỗi câu hỏi: lúc nào, ở cuộc trò chuyện nào, có trả lời được không, mất bao lâu, "
        "đã trích đoạn nào. Người hỏi chỉ được ghi bằng một mã băm, không ghi tên; nhưng khi bạn "
        "hỏi riêng, số của cuộc trò chuyện cũng là số tài khoản Telegram của bạn."
    ),
    words_not_kept="• Lời của câu hỏi: không lưu lại.",
    words_kept="• Lời của câu hỏi: lưu {days} ngày, để biết tài liệu còn thiếu gì.",
    passing=(
        "• Để hiểu câu hỏi nối tiếp, tôi nhớ câu vừa hỏi trong {minutes} phút, chỉ trong bộ nhớ. "
        "Tin nhắn đang xử lý được ghi tạm ra đĩa, xong việc là xóa."
    ),
    technical=(
        "• Nhật ký kỹ thuật của máy chủ: khi có lỗi có thể ghi số của cuộc trò chuyện, "
        "không bao giờ ghi lời của câu hỏi."
    ),
    ratings="• 👍 và 👎: ghi kèm mã băm của người bấm.",
    places="• Nơi tôi có mặt: số và tên của nhóm hay kênh, và cài đặt ở đó.",
    invited="• Người được mời dùng tôi: số tài khoản Telegram, cho đến khi lời mời bị thu lại.",
    retention="Câu hỏi, câu trả lời và đánh giá cũ hơn {days} ngày thì tự bị xóa.",
    who_sees=(
        "Ai xem được: người quản lý bot xem được các con số chung, quản trị viên nhóm xem được "
        "cài đặt của nhóm; không lệnh nào cho xem ai đã hỏi gì. "
        "Cơ sở dữ liệu nằm trên máy chủ của người quản lý bot, và họ mở được nó."
    ),
    who_sees_words=(
        "Người quản lý bot còn xem được lời của những câu chưa trả lời được, không kèm tên ai."
    ),
    erase="Muốn xóa mọi điều tôi giữ về bạn: /xoadulieu",
    confirm=(
        "Xóa mọi điều tôi giữ về bạn: các câu hỏi đã ghi, câu trả lời, đánh giá và cài đặt riêng "
        "của bạn? Xóa rồi thì không lấy lại được, và các nút dưới câu trả lời cũ thôi hoạt động. "
        "Tin nhắn trong Telegram thì bạn tự xóa."
    ),
    confirm_invited="Lời mời của bạn thì vẫn giữ, để bạn còn dùng được tôi.",
    button_erase="Xóa hết",
    button_spare="Thôi, giữ lại",
    erased="Xong. Số câu hỏi đã xóa: {count}. Tôi không còn giữ câu hỏi hay đánh giá nào của bạn.",
    spared="Vậy tôi không xóa gì cả.",
    privately="Việc này của riêng bạn, nên mời bạn làm trong cuộc trò chuyện riêng với tôi.",
    button_privately="Mở cuộc trò chuyện riêng",
)
EN = PrivacyTexts(
    head="What I keep, and for how long:",
    log=(
        "• Of each question: when, in which chat, whether it could be answered, how long that "
        "took, which passages were quoted. Whoever asked is kept as a hash alone, without a name; "
        "but when you ask in private, the number of the chat is also that of your Telegram account."
    ),
    words_not_kept="• The words of a question: not kept.",
    words_kept="• The words of a question: kept for {days} days, to see what the documents lack.",
    passing=(
        "• To understand follow-up questions I remember your last one for {minutes} minutes, in "
        "memory alone. A message that I am working on is on disk meanwhile, and deleted after."
    ),
    technical=(
        "• The server's technical log: when something fails it may have the number of a chat, "
        "never the words of a question."
    ),
    ratings="• 👍 and 👎: with the hash of whoever pressed it.",
    places="• Where I am: the number and name of a group or channel, and its settings.",
    invited=(
        "• Who was invited to use me: the number of the Telegram account, until that is taken back."
    ),
    retention="Questions, answers and ratings are deleted by themselves after {days} days.",
    who_sees=(
        "Who can see it: those who run the bot can see general figures, administrators of a group "
        "can see its settings; no command shows who asked what. "
        "The database is on the server of those who run the bot, and they can open it."
    ),
    who_sees_words=(
        "Those who run the bot can also see the words of questions without an answer, not by whom."
    ),
    erase="To delete all that I keep about you: /xoadulieu",
    confirm=(
        "Delete all that I keep about you: the log of your questions, answers, ratings and your "
        "own settings? It cannot be undone, and the buttons under old answers will stop working. "
        "The messages in Telegram are yours to delete."
    ),
    confirm_invited="Your invitation stays, so that you can go on using me.",
    button_erase="Delete it all",
    button_spare="No, keep it",
    erased="Done. Questions deleted: {count}. I have no questions or ratings of yours any more.",
    spared="Then I delete nothing.",
    privately="This is about you alone, so please do it in our private chat.",
    button_privately="Open our private chat",
)
_LANGUAGES: dict[Language, PrivacyTexts] = {"vi": VI, "en": EN}


def privacy_texts(language: Language) -> PrivacyTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
