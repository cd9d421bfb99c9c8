"""Every sentence in English."""

from bot.texts.sentences import Sentences

EN = Sentences(
    passage="paragraph {number}",
    page="page {number}",
    lapsed="no longer in force",
    lapsed_on="no longer in force since {date}",
    replaced_by="replaced by {title}",
    source="source",
    confidence="Confidence {percent} % · searched {documents} documents",
    understood="Taken as: “{question}”",
    degraded="(the semantic model is unavailable for now; searched by words only)",
    miss="No answer found in {documents} documents.",
    nearest="The nearest passage, which may not answer the question:",
    more_privately="This answer is long; press “Privately” to read all of it.",
    passage_changed="The document has changed since this was quoted; this stands there now:",
    passage_gone="This document is no longer here.",
    passage_hidden="This document can only be seen where it has been opened.",
    answer_gone="This answer is too old; please ask again.",
    page_of="Passage {number}/{count}",
    thanks="Thank you!",
    taken_back="Taken back.",
    button_next="Next ▸",
    button_previous="◂ Previous",
    button_context="In context",
    button_back="◂ Back",
    button_reader="📖 Open in the document",
    button_source="Open source",
    button_copy="Copy citation",
    button_privately="Privately",
    button_ask_more="Ask more",
    quota_reached="You have asked {quota} questions here today; go on tomorrow.",
    closed="This bot is for invited people alone. Ask whoever runs it for an invitation link.",
    query_empty="There is no question yet. Please type one in words.",
    query_too_long="The question has {length} characters; please shorten it to at most {limit}.",
    overloaded="Too busy right now; please ask again in a few minutes.",
    too_much_at_once=(
        "Too much at once: this message, and perhaps some after it, is not answered. "
        "Please wait for the answers to those before, then send it again."
    ),
    deadline="The search took too long and was stopped; please ask again.",
    no_index="No document has been indexed yet. An administrator has to run /reindex.",
    failed="Something went wrong on my side and the question was not answered. Please try later.",
    out_of_reach="The documents cannot be searched just now; please ask again in a few minutes.",
    greeting=(
        "Hello! Ask about something in the documents, and I quote the passage that answers. "
        "/sources says which documents I have, /help how to ask."
    ),
    welcome="You are welcome! Ask whenever you look for something in the documents.",
    only_text="I can only read text. Please type your question.",
    only_text_no_voice="I cannot hear speech yet. Please type your question; a short one will do.",
    start=(
        "Hello! I answer questions by quoting {documents} documents word for word, "
        "with the source so that you can check. Just type a question."
    ),
    help=(
        "• Here: type a question.\n"
        "• In a group: mention @{username}, reply to one of my messages, or /hoi question.\n"
        "• In a channel: post /hoi question (I have to be an administrator of the channel).\n"
        "• /nguon: which documents I have. /caidat: how I work here.\n"
        "• /riengtu: what I keep about you. /xoadulieu: delete it.\n"
        "I only quote, I never make things up; when I find nothing, I say so."
    ),
    group_usage="Write the question after the command, like: /hoi Đề án 06 là gì?",
    unknown_command="I do not know this command.",
    sources_head="I search {documents} documents:",
    sources_more="… and {count} more.",
    admins_only_files="Only the bot's admins may add documents.",
    upload_taken="Got {name} ({documents} documents). Send /reindex to make it searchable.",
    upload_refused="This file cannot be taken: {reason}.",
    upload_failed="The file could not be fetched. Please send it again in a few minutes.",
    upload_too_large="It is larger than {limit} MB, more than bots may fetch. Copy it there.",
    upload_unknown_format="This kind of file cannot be read. What can: {formats}",
    admins_only="Only the bot's administrators can use this command.",
    reindex_started="Reindexing has started…",
    reindex_busy="A reindex is already running; please wait for it.",
    reindex_stage="Reindexing: {stage} {done}/{total}",
    stage_read="reading documents",
    stage_embed="computing meaning",
    stage_index="indexing words",
    stage_publish="publishing",
    reindex_done=(
        "Reindexed: {documents} documents, {passages} passages ({seconds} s).\n"
        "Added {added} · changed {changed} · removed {removed} · failed {failed}"
    ),
    reindex_unchanged=(
        "Nothing has changed: {documents} documents, {passages} passages ({seconds} s).\n"
        "Added {added} · changed {changed} · removed {removed} · failed {failed}"
    ),
    reindex_failed="The reindex failed; the old index keeps serving. Reason: {reason}",
    reindex_died="the indexing process was cut short (code {code})",
    reindex_corrupt="the index just written is broken; check the disk",
    reindex_interrupted="This reindex was interrupted; the old index serves. Run /reindex again.",
    failed_documents="Could not be read:",
    failed_more="… and {count} more files.",
    fault_no_folder="there is no such folder",
    fault_no_documents="there are no documents in it",
    fault_none_readable="not one of its documents can be read",
    fault_unreadable="the file cannot be opened",
    fault_too_large="it is larger than 50 MB",
    fault_no_encoding="its encoding is not known; save it as UTF-8",
    fault_lost_marks="its accented letters are lost (? or boxes); export or scan it again",
    fault_binary="it is a binary file, not text",
    fault_empty="there is no text in it",
    fault_broken="it is damaged, or not what its name says",
    fault_encrypted="it has a password; save it without one",
    fault_scanned="it is a scan, its pages are pictures; recognise its text (OCR) first",
    fault_no_doc_reader=(
        "old Word files (.doc) need LibreOffice, antiword or catdoc here; or save it as .docx"
    ),
    fault_too_slow="reading it took too long",
    fault_too_large_inside="it is far too large unpacked",
    fault_too_many_passages="it has more than 200,000 passages; divide it into several files",
    fault_bad_header="the header between the --- lines is not valid YAML",
    fault_bad_canaries="each line must be a question, a colon, and the document that answers it",
    fault_no_question_set="it is not a question set in BEIR's layout",
    fault_no_questions=(
        "each line must have a question, a tab, and words of the passage that answers it"
    ),
    fault_nowhere="the expected words are in no passage of the documents",
    fault_no_run="it is not a TREC run for these questions",
    cli_undone="Back to index {name}. Once more goes forward again.",
    cli_watching="Watching {corpus}; Ctrl-C to stop.",
    cli_documents="{count} documents.",
    cli_no_document="There is no document {id}. To see them: hoidap docs list",
    cli_added="{count} files added to {corpus}. Now run: hoidap index",
    cli_not_added="Not added, {name}: {reason}",
    cli_unknown_format="it is no format that can be read ({formats})",
    cli_name_taken="there is a file of that name; --replace replaces it",
    cli_removed=(
        "{id} is removed and kept at {kept}; the bot deletes it after {days} days. "
        "Now run: hoidap index"
    ),
    cli_verified="{documents} documents, {passages} passages compared with their sources.",
    cli_verify_wrong="{id}: the index differs from its source; run hoidap index --force",
    cli_verify_changed="{id}: its source has changed since it was indexed; run hoidap index",
    reindex_would=(
        "There would be {documents} documents, {passages} passages: "
        "{added} added · {changed} changed · {removed} removed · {failed} failed"
    ),
    error_missing="There is no index yet. Run: hoidap index",
    error_canaries=(
        "The new index fails {count} canary questions (canary.yaml), so it is not published; "
        "the old one serves on."
    ),
    canary_failure="• {question} → {found}, should be {expected}",
    canary_nothing="(no answer)",
    cli_indexing="Indexing {corpus} …",
    cli_index_stale="The documents in {corpus} have changed; run `hoidap index` to update.",
    cli_fallback="The current index is broken, the one before answers; `hoidap index --force`.",
    cli_chat_hint="Type a question and press Enter; Ctrl-D to leave.",
    cli_bye="Goodbye!",
    cli_running="@{username} is running with {documents} documents; Ctrl-C to stop.",
    cli_refused_login="Telegram refuses this token; copy TELEGRAM_BOT_TOKEN from @BotFather again.",
    error_corpus="Cannot read {path}: {reason}",
    error_no_corpus=(
        "There are no documents to read at {path} ({reason}). "
        "Put documents there, or point HOIDAP_CORPUS to another folder."
    ),
    error_busy="Another process is building the index; please wait for it.",
    error_corrupt="The index is broken ({detail}). Run `hoidap index --force` to rebuild it.",
    error_incompatible="The index does not fit this version or model. Run `hoidap index`.",
    error_is_local=(
        "The index is in files, and HOIDAP_INDEX says milvus. Move it with "
        "`hoidap index --to milvus`, or set HOIDAP_INDEX=local."
    ),
    error_is_in_milvus=(
        "The index is in Milvus, and HOIDAP_INDEX says local. Set HOIDAP_INDEX=milvus, or bring it "
        "back with `hoidap index --to local`."
    ),
    error_unreachable=(
        "Milvus does not answer at MILVUS_URI ({detail}). The index there is as it was; "
        "try again when it runs."
    ),
    error_refused="Milvus does not do what it is asked: {detail}",
    error_no_client="Milvus needs its client: pip install 'hoidap[milvus]'",
    cli_moved="Index {name} has its legs in {kind}; from now on set HOIDAP_INDEX={kind}.",
    error_data="The data cannot be written: {detail}",
    error_model="The model cannot be loaded: {detail}",
)
