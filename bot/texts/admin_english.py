"""The pages for operators in English."""

from bot.texts.admin_sentences import AdminTexts

EN = AdminTexts(
    # the documents
    serving="Index {name} answers: {documents} documents, {passages} passages, made {built}.",
    read_from="Read from the folder {corpus}.",
    no_index=(
        "There is no index yet. Copy documents into {corpus} and press the button that reindexes."
    ),
    warn_no_corpus="The folder {corpus} cannot be opened; the index goes on answering.",
    warn_stale=(
        "The documents in {corpus} have changed since they were indexed. See what would "
        "change, then reindex."
    ),
    warn_elsewhere="This index was made from another folder than {corpus}.",
    warn_fallback=(
        "The newest index cannot be opened, so the one before answers. Reindex; the documents "
        "are still in {corpus}."
    ),
    list_head="Documents that are searched",
    filter="Filter by name",
    button_filter="Filter",
    button_all="All",
    found="{count} documents",
    page_of="page {page} of {pages}",
    turning="Pages of the list",
    page_before="Before",
    page_after="After",
    column_title="Document",
    column_passages="Passages",
    column_date="Date",
    column_labels="Tags",
    column_validity="In force",
    in_force="in force",
    lapsed="no longer in force",
    gone="Its file is gone; the next reindex takes it out.",
    # one document
    no_document="There is no such document",
    no_document_text="It may have been taken out by a recent reindex.",
    fact_id="File",
    fact_publisher="Publisher",
    fact_date="Date",
    fact_from="In force from",
    fact_to="In force until",
    fact_replaced="Replaced by",
    fact_labels="Tags",
    fact_archive="Inside the archive",
    fact_passages="Passages",
    fact_source="Source",
    open_reader="Open in the reader",
    passages_head="Passages {first}–{last} of {count}",
    passage="passage {number}",
    on_page="page {page}",
    # building
    build_head="Building the index",
    build_text=(
        "Seeing what would change changes nothing. While a new index is made the old one "
        "answers, until the new one is whole and passes every canary question."
    ),
    button_dry_run="See what would change",
    button_reindex="Reindex",
    button_undo="Undo…",
    act_reindex="Reindex",
    act_dry_run="What would change",
    act_undo="Undo",
    begun_in_chat="(begun by the bot, not on this page)",
    starting="Starting…",
    look_again="See how far it is",
    nothing_changed="It failed; the old index goes on answering.",
    undo_failed="It failed; the present index goes on answering.",
    undone="Index {name} answers now. The same once more goes forward again.",
    reindexed="Index {name} is made: {documents} documents, {passages} passages, {seconds} s.",
    unchanged=(
        "Nothing has changed, index {name} stays: {documents} documents, {passages} passages, "
        "{seconds} s."
    ),
    would=(
        "There would be {documents} documents ({documents_now} now) and {passages} passages "
        "({passages_now} now)."
    ),
    would_change_nothing="Nothing would change.",
    diff_added="Added",
    diff_changed="Changed",
    diff_removed="Removed",
    diff_failed="Cannot be read",
    and_more="and {count} more",
    last_head="The last build ({ended})",
    last_failed="{count} files could not be read, so they are not searched:",
    last_well="Every file could be read.",
    refused="The new index was refused: it failed {count} canary questions.",
    refused_why=(
        "Canary questions are in canary.yaml: each must be answered from its document. The old "
        "index goes on answering. Mend the document or the question, and reindex."
    ),
    canary_due="Should come from",
    canary_came="Came from",
    no_answer="(no answer)",
    # undo
    undo_head="Go back to the index before?",
    undo_text=(
        "Index {name}, made {built}, will answer: {documents} documents, {passages} passages."
    ),
    undo_now="Now it is index {name}: {documents} documents, {passages} passages.",
    undo_twice=(
        "The documents in the folder stay as they are. The same once more brings the present "
        "index back."
    ),
    undo_nothing="There is no index before this one.",
    button_undo_yes="Go back",
    button_cancel="Cancel",
    # unanswered
    unanswered_text=(
        "Questions that found nothing, or whose answer was judged no help (👎), newest first."
    ),
    words_kept="The words of questions are kept for {days} days.",
    words_not_kept=(
        "The words of questions are not kept. To see them here, say in .env for how many days "
        "to keep them, and start the bot again:"
    ),
    no_database="The database cannot be used, so nothing is known of what was asked.",
    nothing_unanswered="There are none.",
    question="Question",
    column_times="Times",
    column_why="Why",
    column_last="Last asked",
    why_missed="not found",
    why_unhelpful="judged no help",
    confidence="Confidence",
    # why a ranking
    ranking_text=(
        "Write a question to see how it is read, how each way to search ranks the passages, "
        "and what scores are made of."
    ),
    question_before="Question before it (if any)",
    button_examine="Show the ranking",
    read_head="How the question is read",
    read_text="Searched as",
    read_completed="completed by the question before",
    read_language="Language",
    read_vietnamese="Vietnamese",
    read_other="not Vietnamese",
    read_words="Words, and what each counts for",
    read_numbers="Document numbers",
    read_others="Also called",
    read_fusion="How scores are fused",
    fusion_words_only=(
        "no scores by meaning, ranked by words alone; or a model that was never calibrated, "
        "fused by ranks"
    ),
    fusion_share="words {words} %, meaning {meaning} %, over {candidates} passages",
    verdict_head="Whether it is answered",
    verdict_answered="Answered: confidence {confidence} % reaches the threshold of {threshold} %.",
    verdict_missed=(
        "Not answered: confidence {confidence} % is below the threshold of {threshold} %."
    ),
    best_head="The best {count} passages, and what their scores are made of",
    part_words="words",
    part_meaning="meaning",
    part_said="says what is asked",
    part_definition="definition",
    part_lapsed="no longer in force",
    part_number="document number",
    part_second="second stage",
    number_not_drawn=(
        "The part of the document number (100 a step) is not drawn in the bars: it would dwarf "
        "all others."
    ),
    terms_head="Which terms match",
    terms_others="other names of the words",
    terms_none="No term of the question is in this passage.",
    words_has="Has:",
    words_lacks="Lacks:",
    legs_head="Both legs",
    leg_words="Words",
    leg_meaning="Meaning",
    leg_both="Fused",
    column_passage="Passage",
    column_rank="rank",
    column_said="Passage says",
    column_sentence="One sentence says",
    nothing_ranked="No passage has anything in common with the question.",
    # evaluation
    measure_head="Measured on sets of questions",
    measuring="Measuring {name}: {done} of {total} sets done.",
    measured="Measured on index {name}, {ended}.",
    measure_failed="It could not be measured: {reason}",
    measure_too_long="it took more than 15 minutes and was given up",
    button_measure="Measure now",
    sources="To be measured: {names}.",
    no_sources="There is nothing to measure yet.",
    where_head="Where to put questions",
    where_canaries=(
        "Canary questions, beside the documents: a question, and the document that must answer "
        "it; nothing where it must not be answered."
    ),
    where_own="Questions of your own: a question, a tab, and words of the passage that answers it.",
    where_judged="Judged sets in BEIR's layout, a folder each.",
    questions="{count} questions",
    outcomes="Answered rightly {right} %, answered wrongly {wrong} %, not answered {missed} %.",
    canaries_well="Every canary question came out right, those that must not be answered too.",
    column_leg="Leg",
    spread_head="How confidence is spread",
    spread_text=(
        "Each column counts the questions with confidence in its range. The further the kinds "
        "lie apart, on both sides of the threshold, the better."
    ),
    spread_people=(
        "Each column counts the questions that people asked with confidence in its range."
    ),
    curve_head="If the threshold were another",
    curve_text=(
        "For each threshold: which share of the answers is right, and which share of the "
        "questions is answered."
    ),
    curve_people="The same, of the answers that people judged 👍 or 👎.",
    threshold_mark="threshold in force",
    as_table="The same as a table",
    series_right="answered rightly",
    series_wrong="answered wrongly",
    series_missed="not answered",
    series_helped="judged helpful 👍",
    series_unhelpful="judged no help 👎",
    series_answered="answered, not judged",
    series_precision="share of the answers that is right",
    series_share="share of the questions that is answered",
    wrong_head="{count} questions that went wrong",
    wrong_canary="should come from {due}, came from {came}",
    wrong_rank="the right passage came as number {rank}",
    wrong_nowhere="the right passage was not found",
    people_head="What people asked",
    people_text="The last {count} questions, of which {judged} were judged.",
    too_few="It takes at least {count} judgements to draw the curve over the threshold.",
    nobody_asked="Nobody has asked yet.",
)
