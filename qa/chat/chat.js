// What happens within the page: a citation opens its source beside the chat, an answer is copied,
// checked, exported, asked again. Runs once, when the panel appears; `element` is the panel, `server`
// the functions it may call, `trigger` sends an event to the server. One listener on the document
// serves every button, also those of messages still to come; a button's class says what it is for.

let opener = null; // id of the button whose source is open, for the way back
let opened = null; // the button itself, whose value is the place
let asked = 0; // counts clicks: a slow response must not replace that of a later click

const heading = () => document.querySelector(".heading");
const language = () => heading()?.lang ?? "en";
const panel = () => element.querySelector(".beside");
const container = () => document.querySelector(".gradio-container");

// Sources.

function marked(button) {
  for (const old of document.querySelectorAll("[aria-expanded]")) {
    if (old.matches(".cite, .doc")) old.removeAttribute("aria-expanded");
  }
  button?.setAttribute("aria-expanded", "true");
}

function neighbours() {
  const answer = opened?.closest(".answer");
  return answer ? [...answer.querySelectorAll(".cite")] : [];
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
  const place = panel().querySelector(".place");
  const all = neighbours();
  if (place) {
    const number = all.indexOf(opened) + 1;
    const [first, last] = [number <= 1, number === all.length];
    place.textContent = number
      ? place.dataset.said.replace("{number}", number).replace("{count}", all.length)
      : "";
    panel().querySelector(".steps").hidden = all.length < 2;
    panel().querySelector(".previous").disabled = first;
    panel().querySelector(".next").disabled = last;
    for (const tool of panel().querySelectorAll(".why, .wrong")) {
      tool.hidden = !recordOf(opened); // a place that came by a link answers no question
    }
  }
  panel().querySelector(".source")?.focus({ preventScroll: true });
  panel().dataset.state = state;
}

function lost() {
  const article = document.createElement("article");
  article.className = "source";
  article.tabIndex = -1;
  const notice = document.createElement("p");
  notice.className = "notice fault";
  notice.setAttribute("role", "alert");
  notice.textContent = heading()?.dataset.lost ?? "";
  article.append(notice);
  return article.outerHTML;
}

async function fetched(request) {
  const turn = ++asked;
  panel().dataset.state = "loading";
  let found;
  try {
    found = await request();
  } catch {
    found = { state: "fault", html: lost() };
  }
  if (turn === asked) show(found.html, found.state);
}

function open(button) {
  [opener, opened] = [button.id, button];
  marked(button);
  const ask = button.matches(".doc") ? server.document : server.source;
  return fetched(() => ask([button.value, language()]));
}

function close() {
  if (panel().dataset.state === "closed") return;
  asked += 1;
  panel().dataset.state = "closed";
  panel().innerHTML = "";
  const back = opened?.isConnected ? opened : opener && document.getElementById(opener);
  marked(null);
  back?.focus();
}

function step(by) {
  const all = neighbours();
  const next = all[all.indexOf(opened) + by];
  if (next) open(next);
}

// What is said of a source, in its own footer.
function tell(content, asHtml = false) {
  const place = panel().querySelector("footer .told");
  if (!place) return;
  if (asHtml) place.innerHTML = content;
  else place.textContent = content;
}

// Answers.

const recordOf = (button) => button?.closest(".answer")?.querySelector(".record")?.value;
const turnOf = (button) => (parseInt(button.id.slice(1), 10) - 1) / 2;

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard for pages that come from another machine without encryption.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const said = button.textContent;
  button.textContent = heading().dataset.copied;
  setTimeout(() => (button.textContent = said), 1500);
}

function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function take(records, format) {
  const file = await server.export([records, format]);
  if (file.name) save(file.name, file.type, file.text);
}

async function check(button) {
  const answer = button.closest(".answer");
  const cites = [...answer.querySelectorAll(".cite")];
  const found = await server.check([cites.map((cite) => cite.value), language()]);
  for (const old of answer.querySelectorAll(".checked")) old.remove();
  cites.forEach((cite, number) => {
    if (!found.marks[number]) return;
    const mark = document.createElement("span");
    mark.className = `checked ${found.marks[number]}`;
    mark.textContent = found.names[number];
    cite.closest("blockquote").querySelector(".from").append(" ", mark);
  });
  const said = document.createElement("div");
  said.className = "checked all";
  said.setAttribute("role", "status");
  said.textContent = found.said;
  button.closest(".acts").after(said);
}

// A question that is stopped goes back into the box.
function taken() {
  const messages = document.querySelectorAll("#chat :is([data-testid=user], [data-testid=bot])");
  const asked = [...messages].findLast((one) => !one.querySelector(".notice.wait"));
  const box = document.querySelector("#question textarea");
  const text = asked?.querySelector(".asked")?.textContent;
  if (!text || box.value) return;
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function edit(button) {
  const rows = [...document.querySelectorAll("#chat .asked")];
  const shown = rows[turnOf(button)];
  if (!shown || shown.parentElement.querySelector(".editing")) return;
  const form = document.createElement("form");
  form.className = "editing";
  const area = document.createElement("textarea");
  area.dir = "auto";
  area.value = shown.textContent;
  area.setAttribute("aria-label", button.textContent);
  const ask = document.createElement("button");
  ask.textContent = heading().dataset.ask;
  form.append(area, ask);
  const done = () => {
    form.remove();
    shown.hidden = false;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!area.value.trim()) return;
    trigger("again", { turn: turnOf(button), question: area.value });
    done();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      done();
      button.focus();
    }
  });
  shown.hidden = true;
  shown.after(form);
  area.focus();
}

// Pages.

function turnTo(page) {
  container().dataset.page = page;
  for (const button of document.querySelectorAll(".heading .page")) {
    if (button.value === page) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
}

function narrow(...chips) {
  trigger("narrow", { chips });
  turnTo("talk");
  document.querySelector("#question textarea").focus();
}

async function bring(files) {
  const sent = [];
  for (const file of files) {
    try {
      const { path } = await upload(file);
      sent.push({ path, name: file.name });
    } catch {
      sent.push({ path: "", name: file.name }); // too large for the server: it says so
    }
  }
  if (sent.length) trigger("bring", { files: sent });
}

// What a button does, by its class.
const deeds = {
  cite: open,
  doc: open,
  close,
  previous: () => step(-1),
  next: () => step(1),
  why: async () => tell(await server.why([[opened.value, recordOf(opened)], language()]), true),
  wrong: async () => tell(await server.report([[opened.value, recordOf(opened)], language()])),
  link: (button) => {
    const query = new URLSearchParams({ cite: opened.value });
    copy(`${location.origin}${location.pathname}?${query}`, button);
  },
  "text-file": () => {
    const text = panel().querySelector(".text").textContent;
    window.open(URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" })));
  },
  copy: (button) => copy(button.value, button),
  recheck: check,
  edit,
  again: (button) => trigger("again", { turn: turnOf(button) }),
  forget: (button) => trigger("again", { turn: turnOf(button), alone: true }),
  undo: () => trigger("undo", {}),
  export: (button) => take([recordOf(button)], button.value),
  "export-all": (button) => {
    const records = [...document.querySelectorAll("#chat .record")].map((one) => one.value);
    take(records, button.value);
  },
  renew: () => {
    close();
    turnTo("talk");
    trigger("renew", {});
  },
  example: (button) => trigger("again", { question: button.value }),
  page: (button) => {
    close();
    turnTo(button.value);
  },
  pair: (button) => narrow(`countries:${button.value}`),
  count: (button) => {
    const pair = button.dataset.pair;
    narrow(`period:${button.value}`, ...(pair ? [`countries:${pair}`] : []));
  },
  discard: (button) => {
    if (confirm(button.dataset.sure)) trigger("discard", { source: button.value });
  },
};

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.exports[open]")) {
    if (!menu.contains(event.target) || event.target.closest(".menu")) menu.open = false;
  }
  if (event.target.closest?.("#question .stop-button")) taken();
  const ours = event.target.closest?.(".answer, .welcome, .heading, .beside, .shelf");
  const button = ours && event.target.closest("button");
  const deed = button && Object.keys(deeds).find((name) => button.classList.contains(name));
  if (deed) {
    event.preventDefault();
    deeds[deed](button);
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.(".heading .interface")) {
    close();
    trigger("speak", { language: event.target.value });
  } else if (event.target.matches?.(".drop input")) {
    bring(event.target.files);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.exports[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else {
    close();
  }
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const area = document.querySelector(".drop");
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // a file dropped beside the area must not replace the page
    area?.classList.toggle("over", kind === "dragover" && area.contains(event.target));
    if (kind === "drop" && area?.contains(event.target)) bring(event.dataTransfer.files);
  });
}

// A question that was put, and then its answer, are read from the question on; an answer that fits is
// seen whole.
let shown = "";

function settle() {
  const [asked, answers] = ["asked", "answer"].map((one) => document.querySelectorAll(`#chat .${one}`));
  const now = `${asked.length} ${answers.length}`;
  if (now === shown) return;
  shown = now;
  const last = asked[asked.length - 1];
  const talk = last?.closest("[role=log]");
  if (!talk) return;
  const [inner, outer] = [last.getBoundingClientRect(), talk.getBoundingClientRect()];
  talk.scrollTop += inner.top - outer.top - 16;
}

// What gradio gives without a choice: a message is announced by its source code, and the question
// box is left-to-right whatever is written in it, as is every part of a window in Arabic. And what
// comes and goes with the parts of the page: which page is shown, and a citation that the address
// names.
let linked = new URLSearchParams(location.search).get("cite");

function mend() {
  for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) {
    message.removeAttribute("aria-label");
  }
  const chips = document.querySelector("#chips input");
  const hint = document.querySelector("#chips .info-text")?.textContent ?? "";
  if (chips && chips.placeholder !== hint) chips.placeholder = hint;
  const box = document.querySelector("#question textarea");
  if (box && box.dir !== "auto") box.dir = "auto";
  const [lang, dir] = [language(), heading()?.dir ?? "ltr"];
  if (document.documentElement.lang !== lang) document.documentElement.lang = lang;
  for (const part of document.querySelectorAll("#room, #room .block, #room .row, #room .column")) {
    if (part.dir !== dir) part.dir = dir;
  }
  const page = container()?.dataset.page ?? "talk";
  if (!document.querySelector(`.heading .page[value="${page}"][aria-current]`)) turnTo(page);
  if (linked && document.querySelector('.status[data-state="ready"]')) {
    const button = document.createElement("button");
    button.value = linked;
    linked = null;
    open(button);
  }
}

function changed() {
  mend();
  settle();
}

new MutationObserver(changed).observe(document.body, { childList: true, subtree: true });
changed();
