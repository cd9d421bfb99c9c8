// Writing: the box at the foot, replies and edits, the menu of commands, inline results, files.
"use strict";

hoidap.composer = (() => {
  const { say, worded, find, element, button, act, state } = hoidap;
  const box = find("text");
  const offers = find("offers");
  let about = null; // { kind: "reply" or "edit", message }
  let query = "";
  let asking = null;
  let pause = 0;
  const PAUSE_MS = 250;

  const grow = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
  };

  const setAbout = (kind, message) => {
    about = kind ? { kind, message } : null;
    find("about").hidden = !about;
    if (!about) return;
    find("about-what").textContent =
      kind === "edit" ? say.editing : worded(say.replying, { name: message.name });
    find("about-text").textContent = message.text || message.file?.name || "";
  };

  const fill = (text) => {
    box.value = text;
    grow();
    box.focus();
    box.dispatchEvent(new Event("input"));
  };

  const reply = (message) => {
    setAbout("reply", message);
    box.focus();
  };

  const edit = (message) => {
    setAbout("edit", message);
    fill(message.text);
  };

  const clear = () => {
    box.value = "";
    grow();
    setAbout(null);
    hideOffers();
  };

  const hideOffers = () => {
    clearTimeout(pause);
    asking?.abort();
    offers.hidden = true;
    offers.replaceChildren();
    find("commands").setAttribute("aria-expanded", "false");
  };

  const send = async () => {
    const text = box.value;
    if (!text.trim()) return;
    const meant = about;
    clear();
    const answer =
      meant?.kind === "edit"
        ? await act("edit", { message: meant.message.id, text })
        : await act("say", { text, reply: meant?.message.id });
    if (answer.error) {
      // What was written is not lost.
      if (!box.value) fill(text);
      if (meant) setAbout(meant.kind, meant.message);
    }
  };

  const editLast = () => {
    const own = [...hoidap.messagesOf(state.room).values()].filter(
      (one) => one.from === hoidap.person() && one.text && !one.via);
    if (own.length) edit(own[own.length - 1]);
  };

  // Shows what can be picked above the box: [{title, text, pick}].
  const offer = (label, found, otherwise) => {
    offers.setAttribute("aria-label", label);
    offers.replaceChildren(...found.map(({ title, text, pick }) => {
      const made = button("offer", "", "", pick);
      made.append(element("strong", "", title), element("span", "quiet", text));
      return made;
    }));
    if (!found.length) offers.append(element("p", "quiet", otherwise));
    offers.hidden = false;
  };

  const showMenu = async () => {
    if (find("commands").getAttribute("aria-expanded") === "true") return hideOffers();
    const { commands, error } = await act("menu");
    if (error) return;
    const found = Object.entries(commands).map(([name, text]) => ({
      title: `/${name}`,
      text,
      pick: () => {
        hideOffers();
        act("say", { text: `/${name}` });
        box.focus();
      },
    }));
    offer(say.commands, found, say.no_commands);
    find("commands").setAttribute("aria-expanded", "true");
    offers.querySelector("button")?.focus();
  };

  const inlineQuery = () => {
    const written = box.value.match(/^@(\w+)\s([\s\S]*)$/);
    return written && written[1].toLowerCase() === hoidap.bot.toLowerCase() ? written[2].trim() : null;
  };

  const ask = async (text) => {
    asking?.abort();
    asking = new AbortController();
    const mine = asking;
    const answer = await act("inline", { text }, { signal: mine.signal });
    if (mine.signal.aborted || answer.error) return;
    const found = answer.results.map((one) => ({
      title: one.title,
      text: one.description,
      pick: async () => {
        const meant = about?.kind === "reply" ? about.message.id : undefined;
        clear();
        await act("choose", { query: answer.query, result: one.id, reply: meant });
        box.focus();
      },
    }));
    if (answer.button?.start_parameter) {
      found.unshift({
        title: answer.button.text,
        text: "",
        pick: () => hoidap.follow(`https://t.me/${hoidap.bot}?start=${answer.button.start_parameter}`),
      });
    }
    offer(worded(say.inline_results, { bot: `@${hoidap.bot}` }), found, say.inline_none);
  };

  box.addEventListener("input", () => {
    grow();
    hideOffers();
    query = inlineQuery();
    if (query !== null && about?.kind !== "edit") pause = setTimeout(ask, PAUSE_MS, query);
  });

  box.addEventListener("keydown", (event) => {
    // A word that is still being composed (Telex, VNI) is not sent by its Enter.
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "ArrowUp" && !box.value) {
      event.preventDefault();
      editLast();
    } else if (event.key === "ArrowDown" && !offers.hidden) {
      event.preventDefault();
      offers.querySelector("button")?.focus();
    }
  });

  offers.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...offers.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement) + step;
    (all[at] || box).focus();
  });

  hoidap.root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || find("alert").open) return;
    if (!offers.hidden) hideOffers();
    else if (about) {
      if (about.kind === "edit") box.value = "";
      setAbout(null);
      grow();
    } else return;
    event.preventDefault();
    box.focus();
  });

  find("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  find("about-cancel").addEventListener("click", () => {
    if (about?.kind === "edit") box.value = "";
    setAbout(null);
    box.focus();
  });
  find("commands").addEventListener("click", showMenu);
  find("attach").addEventListener("click", () => find("file").click());
  find("file").addEventListener("change", async () => {
    const [file] = find("file").files;
    find("file").value = "";
    if (file) await hoidap.upload(file);
  });
  find("start").addEventListener("click", async () => {
    await act("start");
    box.focus();
  });

  return { reply, edit, fill, clear };
})();
