// What the server tells, and the list of chats: which is open, and what is new in the others.
"use strict";

(() => {
  const { say, worded, find, element, state, button, act } = hoidap;
  const TYPING_MS = 5000;
  const AGAIN_MS = 3000;
  let typingTimer = 0;
  let typingSeen = null;

  const newest = (id) => Math.max(0, ...hoidap.messagesOf(id).keys());
  const last = (id) => [...hoidap.messagesOf(id).values()].pop();

  const unread = (room) => {
    const seen = state.seen.get(room.id) ?? 0;
    return [...hoidap.messagesOf(room.id).values()].filter((one) => one.id > seen).length;
  };

  const listed = (room) => {
    const item = element("li");
    const link = element("a", "room");
    link.href = `#${room.id}`;
    if (room.id === state.room) link.setAttribute("aria-current", "true");
    const message = last(room.id);
    const names = element("span", "room-names");
    names.append(element("strong", "", room.title), element("span", "room-role quiet", room.role));
    link.append(element("span", `face face-${room.kind}`, room.title[0]), names);
    const said = message && (message.service || message.text || message.file?.name || "");
    if (said) names.append(element("span", "room-last quiet", said.slice(0, 80)));
    const count = room.id === state.room ? 0 : unread(room);
    if (count) {
      const badge = element("span", "badge", String(count));
      badge.setAttribute("aria-label", worded(say.unread, { count }));
      link.append(badge);
    }
    link.querySelector(".face").setAttribute("aria-hidden", "true");
    item.append(link);
    return item;
  };

  const showRooms = () => {
    const held = document.activeElement?.closest?.(".room")?.getAttribute("href");
    find("rooms").replaceChildren(...state.rooms.map(listed));
    if (held) find("rooms").querySelector(`[href="${held}"]`)?.focus();
  };

  // Where the last look was put by the page itself counts too: nobody has scrolled away since.
  let placed = -1;
  const isAtEnd = () => {
    const log = find("log");
    return log.scrollTop === placed || log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  };
  const toEnd = () => (find("log").scrollTop = find("log").scrollHeight);

  // To the end, but no further than lets a person see their own last message above a long answer.
  const toAnswer = () => {
    const log = find("log");
    const own = [...log.querySelectorAll(".own")].pop();
    toEnd();
    if (own) log.scrollTop = Math.min(log.scrollTop, own.offsetTop - log.offsetTop - 12);
    placed = log.scrollTop;
  };

  // What stands around the messages of the open room.
  const showFrame = () => {
    const room = hoidap.room();
    hoidap.root.dataset.open = room ? "yes" : "no";
    if (!room) return;
    find("talk-title").textContent = room.title;
    find("talk-role").textContent = room.role;
    const isNew = room.kind === "private" && room.state !== "member";
    find("start-bar").hidden = !isNew;
    find("composer").hidden = isNew;
    const people = find("person");
    find("speaks-as").hidden = room.people.length < 2;
    const wanted = room.people.map((one) => String(one.id)).join();
    if (people.dataset.people !== wanted) {
      people.dataset.people = wanted;
      people.replaceChildren(...room.people.map((one) => new Option(one.name, one.id)));
    }
    people.value = hoidap.person();
    const asked = [...hoidap.messagesOf(room.id).values()].some(
      (one) => one.from === hoidap.person() && !one.text.startsWith("/"));
    find("examples").hidden = isNew || room.kind !== "private" || asked || !hoidap.examples.length;
    showSigns(room);
  };

  const showSigns = (room) => {
    const log = find("log");
    log.querySelector(".draft")?.remove();
    if (room.draft) {
      const draft = element("article", "message theirs draft");
      const bubble = element("div", "bubble words");
      bubble.innerHTML = room.draft;
      draft.append(bubble);
      log.append(draft);
    }
    if (room.typing === typingSeen) return;
    typingSeen = room.typing;
    find("typing").hidden = room.typing === null;
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => (find("typing").hidden = true), TYPING_MS);
  };

  const showRoom = () => {
    // What was said before is there to be read, not read out.
    find("log").setAttribute("aria-live", "off");
    setTimeout(() => find("log").setAttribute("aria-live", "polite"), 500);
    find("log").replaceChildren();
    typingSeen = null;
    find("typing").hidden = true;
    showFrame();
    for (const message of hoidap.messagesOf(state.room).values()) hoidap.bubbles.put(message);
    state.seen.set(state.room, newest(state.room));
    showRooms();
    toEnd();
  };

  const isNarrow = () => matchMedia("(max-width: 720px)").matches;

  const wantedRoom = () => decodeURIComponent(location.hash.slice(1));
  const isKnown = (id) => state.rooms.some((one) => one.id === id);

  const navigate = () => {
    const wanted = wantedRoom();
    const known = isKnown(wanted);
    // A chat that has just begun may be told of in a moment: `take` comes back here then.
    if (wanted && !known && state.room) return;
    const next = known ? wanted : isNarrow() || !state.rooms.length ? null : state.rooms[0].id;
    if (next !== state.room) hoidap.composer.clear();
    state.room = next;
    showRoom();
    if (next && !isNarrow()) (find("composer").hidden ? find("start") : find("text")).focus();
  };

  const take = (told) => {
    if (told.fresh) state.messages.clear();
    if (told.rooms) state.rooms = told.rooms;
    const stays = isAtEnd();
    for (const message of told.messages || []) {
      if (!state.messages.has(message.room)) state.messages.set(message.room, new Map());
      state.messages.get(message.room).set(message.id, message);
    }
    for (const [room, id] of told.gone || []) state.messages.get(room)?.delete(id);
    if (told.violations) showViolations(told.violations);
    if (told.fresh) {
      for (const room of state.rooms) {
        if (!state.seen.has(room.id)) state.seen.set(room.id, newest(room.id));
      }
      return navigate();
    }
    if (wantedRoom() !== state.room && isKnown(wantedRoom())) return navigate();
    showFrame();
    for (const message of told.messages || []) {
      if (message.room === state.room) hoidap.bubbles.put(message);
    }
    for (const [room, id] of told.gone || []) if (room === state.room) hoidap.bubbles.remove(id);
    if (state.room) state.seen.set(state.room, newest(state.room));
    showRooms();
    const isMine = (told.messages || []).some((one) => one.from === hoidap.person());
    if (stays || isMine) toAnswer();
  };

  const showViolations = (violations) => {
    find("violations").hidden = false;
    find("violations").querySelector("ul").append(...violations.map((one) => element("li", "", one)));
  };

  const listen = () => {
    const events = new EventSource("/events");
    events.onmessage = ({ data }) => take(JSON.parse(data));
    events.onopen = () => (find("lost").hidden = true);
    events.onerror = () => {
      find("lost").hidden = false;
      if (events.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS);
    };
    addEventListener("pagehide", () => events.close(), { once: true });
  };

  find("examples").append(...hoidap.examples.map((question) =>
    button("chip", question, "", () => act("say", { text: question }).then(() => find("text").focus()))));
  find("person").addEventListener("change", () => {
    state.persons.set(state.room, Number(find("person").value));
    showRoom();
  });
  addEventListener("hashchange", navigate);
  addEventListener("pageshow", (event) => event.persisted && listen());
  listen();
})();
