// Brings the cited passage into sight, and to whoever reads with a keyboard or by ear.
"use strict";

const contents = document.querySelector(".contents details");
if (contents !== null && matchMedia("(min-width: 50rem)").matches) {
  // Beside the text there is room for it.
  contents.open = true;
}
const current = document.querySelector(".contents [aria-current]");
if (current !== null) {
  // The list alone is scrolled: the page stays where it is.
  const list = current.closest("ul");
  list.scrollTop = current.offsetTop - list.clientHeight / 2;
}
const passage = document.getElementById("passage");
if (passage !== null) {
  passage.scrollIntoView({ block: "center" });
  passage.focus({ preventScroll: true });
}
