// What happens within the page: a citation opens its source beside the chat, and Esc closes it.
// Runs once, when the panel appears; `element` is the panel, `server` the functions it may call.
// One listener on the document serves every citation, also those of messages still to come.

let opener = null; // id of the citation whose source is open, for the way back
let asked = 0; // counts clicks: a slow response must not replace that of a later click

const panel = () => element.querySelector(".beside");

function marked(id) {
  for (const old of document.querySelectorAll(".cite[aria-expanded]")) {
    old.removeAttribute("aria-expanded");
  }
  const button = id && document.getElementById(id);
  if (button) button.setAttribute("aria-expanded", "true");
  return button;
}

function show(html, state) {
  panel().innerHTML = html;
  const mark = panel().querySelector("mark.quoted");
  if (mark) {
    // A quote taller than the panel shows its beginning, any other stands in the middle.
    const text = panel().querySelector(".text");
    const [inner, outer] = [mark.getBoundingClientRect(), text.getBoundingClientRect()];
    const above = Math.max((outer.height - inner.height) / 2, 8);
    text.scrollTop += inner.top - outer.top - above;
  }
  const article = panel().querySelector(".source");
  if (article) article.focus({ preventScroll: true });
  panel().dataset.state = state;
}

function lost() {
  const text = document.querySelector(".heading")?.dataset.lost ?? "";
  const article = document.createElement("article");
  article.className = "source";
  article.tabIndex = -1;
  const notice = document.createElement("p");
  notice.className = "notice fault";
  notice.setAttribute("role", "alert");
  notice.textContent = text;
  article.append(notice);
  return article.outerHTML;
}

async function open(button) {
  const turn = ++asked;
  opener = button.id;
  marked(opener);
  panel().dataset.state = "loading";
  let found;
  try {
    found = await server.source(button.value);
  } catch {
    found = { state: "fault", html: lost() };
  }
  if (turn === asked) show(found.html, found.state);
}

function close() {
  if (panel().dataset.state === "closed") return;
  asked += 1;
  panel().dataset.state = "closed";
  panel().innerHTML = "";
  const button = marked(null) ?? document.getElementById(opener);
  button?.focus();
}

// What gradio gives without a choice: a message is announced by its source code, and the question
// box is left-to-right whatever is written in it.
function mend() {
  for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) {
    message.removeAttribute("aria-label");
  }
  const box = document.querySelector("#question textarea");
  if (box && box.dir !== "auto") box.dir = "auto";
}

new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
mend();

document.addEventListener("click", (event) => {
  const cite = event.target.closest?.("button.cite");
  if (cite) {
    event.preventDefault();
    open(cite);
  } else if (event.target.closest?.(".beside button.close")) {
    close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
