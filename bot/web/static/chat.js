// What the chat page knows, and how it asks for things. The other files of the chat build on this.
"use strict";

const hoidap = (() => {
  const root = document.getElementById("chat");
  const find = (id) => document.getElementById(id);
  const say = JSON.parse(root.dataset.texts);

  const state = {
    rooms: [],
    room: null,
    persons: new Map(), // room → id of who speaks there
    messages: new Map(), // room → id → message
    seen: new Map(), // room → the newest message that somebody has looked at
  };

  const worded = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const room = () => state.rooms.find((one) => one.id === state.room);

  const person = () => {
    const here = room();
    if (!here) return 0;
    const wanted = state.persons.get(here.id);
    return here.people.some((one) => one.id === wanted) ? wanted : here.people[0].id;
  };

  const messagesOf = (id) => state.messages.get(id) || new Map();

  let toastTimer = 0;
  const toast = (text) => {
    find("toast").textContent = text;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => (find("toast").textContent = ""), 5000);
  };

  const alarm = (text) => {
    find("alert-text").textContent = text;
    find("alert").showModal();
  };
  find("alert").querySelector("button").addEventListener("click", () => find("alert").close());

  const told = async (sending) => {
    try {
      const response = await sending;
      const answer = await response.json();
      if (answer.error) toast(answer.error);
      return answer;
    } catch (fault) {
      if (fault.name !== "AbortError") toast(say.lost);
      return { error: String(fault) };
    }
  };

  // Does something in the room that is open, as whoever speaks there.
  const act = (deed, body = {}, options = {}) =>
    told(fetch(`/do/${deed}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ room: state.room, as: person(), ...body }),
      ...options,
    }));

  const upload = (file) => {
    const form = new FormData();
    form.append("room", state.room);
    form.append("as", person());
    form.append("file", file);
    return told(fetch("/do/upload", { method: "POST", body: form }));
  };

  const open = (id) => {
    location.hash = id;
  };

  const isOwnLink = (url) =>
    new RegExp(`^https?://t\\.me/${root.dataset.bot}(\\?|$)`, "i").test(url);

  const follow = async (url) => {
    const answer = await act("follow", { url });
    if (answer.room) open(answer.room);
  };

  const press = async (message, button) => {
    const answer = await act("press", { message, button });
    if (answer.url) return follow(answer.url);
    if (answer.toast && answer.alert) alarm(answer.toast);
    else if (answer.toast) toast(answer.toast);
  };

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const button = (className, text, label, action) => {
    const made = element("button", className, text);
    made.type = "button";
    if (label) {
      made.setAttribute("aria-label", label);
      made.title = label;
    }
    if (action) made.addEventListener("click", action);
    return made;
  };

  return {
    root, find, say, state, worded, room, person, messagesOf, toast, act, upload, open,
    isOwnLink, follow, press, element, button,
    examples: JSON.parse(root.dataset.examples),
    bot: root.dataset.bot,
  };
})();
