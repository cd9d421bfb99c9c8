// Shows how work goes while it goes, and the page anew when it has ended. Without this file the
// same is to be seen by loading the page again.

const FOCUS = "hoidap-focus";
const work = document.getElementById("work");

if (work?.dataset.events) {
  const events = new EventSource(work.dataset.events);
  const text = work.querySelector("[data-text]");
  const stage = work.querySelector("[data-stage]");
  const progress = work.querySelector("[data-progress]");
  let last = null;
  events.addEventListener("message", (event) => {
    const now = JSON.parse(event.data);
    if (now.text) text.textContent = now.text;
    if (now.total) {
      progress.max = now.total;
      progress.value = now.done;
    }
    // Read out once a stage: every step would never let a screen reader finish.
    if (now.stage && now.stage !== last) {
      last = now.stage;
      stage.textContent = now.text;
    }
  });
  events.addEventListener("end", () => {
    events.close();
    sessionStorage.setItem(FOCUS, "work-head");
    location.reload();
  });
}

const focus = sessionStorage.getItem(FOCUS);
if (focus) {
  sessionStorage.removeItem(FOCUS);
  document.getElementById(focus)?.focus();
}
