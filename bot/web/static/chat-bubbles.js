// Messages as bubbles. The words of a message come from the server as HTML that it has made safe;
// everything else is put in as text.
"use strict";

hoidap.bubbles = (() => {
  const { say, worded, element, button, find } = hoidap;
  const locale = document.documentElement.lang;

  const size = (bytes) =>
    bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

  const nameOf = (message) => {
    const line = element("p", "name", message.name);
    if (message.via) line.append(element("span", "quiet", ` ${worded(say.via, { bot: message.via })}`));
    return line;
  };

  const replyOf = (message) => {
    const made = button("reply", "", "", () => show(message.reply.id));
    made.append(element("strong", "", message.reply.name), element("span", "", message.reply.text));
    return made;
  };

  const fileOf = ({ file }) => {
    const made = element("a", "file");
    made.href = file.url;
    made.setAttribute("download", file.name);
    made.setAttribute("aria-label", worded(say.download, { name: file.name, size: size(file.bytes) }));
    made.append(element("span", "file-mark", "⭳"), element("span", "file-name", file.name),
      element("span", "quiet", size(file.bytes)));
    return made;
  };

  const reactionsOf = (message) => {
    const line = element("p", "reactions");
    for (const { emoji, by } of message.reactions) {
      const made = button("reaction", `${emoji} ${by.length}`, "", () =>
        hoidap.act("react", { message: message.id, emoji }));
      made.setAttribute("aria-pressed", by.includes(hoidap.person()));
      line.append(made);
    }
    return line;
  };

  const timeOf = (message) => {
    const at = new Date(message.date * 1000);
    const line = element("p", "when");
    if (message.edited) line.append(element("span", "", `${say.edited} `));
    const time = element("time", "", at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" }));
    time.dateTime = at.toISOString();
    time.title = at.toLocaleString(locale);
    line.append(time);
    return line;
  };

  const toolsOf = (message, own) => {
    const tools = element("div", "tools");
    tools.append(
      button("tool", "↩", say.reply, () => hoidap.composer.reply(message)),
      button("tool", "👍", say.like, () => hoidap.act("react", { message: message.id, emoji: "👍" })),
    );
    if (own && message.text) {
      tools.append(button("tool", "✎", say.edit, () => hoidap.composer.edit(message)));
    }
    return tools;
  };

  const keyOf = (message, key) => {
    if (key.kind === "url") {
      const made = element("a", "key button", key.text);
      made.href = key.value;
      made.target = "_blank";
      made.rel = "noopener noreferrer";
      return made;
    }
    return button(`key key-${key.kind}`, key.text, "", async (event) => {
      if (key.kind === "press") {
        event.target.setAttribute("aria-busy", "true");
        await hoidap.press(message.id, key.value);
        event.target.removeAttribute("aria-busy");
      } else if (key.kind === "copy") {
        await navigator.clipboard.writeText(key.value);
        hoidap.toast(say.copied);
      } else if (key.kind === "inline") {
        hoidap.composer.fill(`@${hoidap.bot} ${key.value}`);
      }
    });
  };

  const keysOf = (message) => {
    const keys = element("div", "keys");
    for (const row of message.buttons) {
      const line = element("div", "key-row");
      line.append(...row.map((key) => keyOf(message, key)));
      keys.append(line);
    }
    return keys;
  };

  const make = (message) => {
    if (message.service) {
      const made = element("p", "service", message.service);
      made.dataset.id = message.id;
      return made;
    }
    const here = hoidap.room();
    const own = message.from === hoidap.person() || (here.kind === "channel" && !message.bot);
    const made = element("article", `message ${own ? "own" : "theirs"}`);
    made.dataset.id = message.id;
    made.dataset.bot = message.bot;
    made.tabIndex = -1;
    made.setAttribute("aria-label", message.name);
    const bubble = element("div", "bubble");
    if (!own && here.kind !== "private") bubble.append(nameOf(message));
    else if (message.via) bubble.append(nameOf(message));
    if (message.reply) bubble.append(replyOf(message));
    if (message.file) bubble.append(fileOf(message));
    if (message.html) {
      const words = element("div", "words");
      words.innerHTML = message.html;
      bubble.append(words);
    }
    if (message.reactions.length) bubble.append(reactionsOf(message));
    bubble.append(timeOf(message));
    made.append(bubble, toolsOf(message, own));
    if (message.buttons.length) made.append(keysOf(message));
    return made;
  };

  const inLog = (id) => find("log").querySelector(`[data-id="${id}"]`);

  // Shows a message of the open room, new or changed, without losing what somebody unfolded or
  // where the keyboard was.
  const put = (message) => {
    const before = inLog(message.id);
    const made = make(message);
    if (!before) {
      const later = [...find("log").children].find((one) => Number(one.dataset.id) > message.id);
      find("log").insertBefore(made, later || find("log").querySelector(".draft"));
    } else {
      const controls = [...before.querySelectorAll("button, a")];
      const held = controls.indexOf(document.activeElement);
      before.replaceWith(made);
      if (held >= 0) {
        const now = [...made.querySelectorAll("button, a")];
        (now[Math.min(held, now.length - 1)] || made).focus({ preventScroll: true });
      }
    }
    settleFolds(made);
  };

  // A quote that is short anyway needs no button.
  const settleFolds = (within) => {
    for (const fold of within.querySelectorAll(".fold")) {
      const quote = fold.querySelector("blockquote");
      fold.querySelector(".unfold").hidden = quote.scrollHeight <= quote.clientHeight + 1;
    }
  };

  const remove = (id) => inLog(id)?.remove();

  const show = (id) => {
    const message = inLog(id);
    if (!message) return hoidap.toast(say.message_gone);
    message.scrollIntoView({ block: "center" });
    message.focus({ preventScroll: true });
    message.classList.add("pointed");
    setTimeout(() => message.classList.remove("pointed"), 1500);
  };

  const unfold = (control) => {
    const folded = control.previousElementSibling.classList.toggle("folded");
    control.setAttribute("aria-expanded", String(!folded));
    control.textContent = folded ? say.expand : say.fold;
  };

  const reveal = (spoiler) => spoiler.setAttribute("aria-expanded", "true");

  find("log").addEventListener("click", (event) => {
    const { target } = event;
    const link = target.closest("a");
    if (link && hoidap.isOwnLink(link.href)) {
      event.preventDefault();
      hoidap.follow(link.href);
    } else if (target.matches(".unfold")) unfold(target);
    else if (target.matches(".command")) hoidap.act("say", { text: target.textContent });
    else if (target.closest(".spoiler")) reveal(target.closest(".spoiler"));
  });
  find("log").addEventListener("keydown", (event) => {
    if (event.target.matches(".spoiler") && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      reveal(event.target);
    }
  });

  return { put, remove, show };
})();
