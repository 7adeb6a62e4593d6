// The script of the desk: keys, acts without a reload, and what other curators do, at once. The pages work without it.

const list = document.getElementById("candidates");
const base = document.body.dataset.desk, me = document.body.dataset.by;
const $ = (selector, in_ = document) => in_.querySelector(selector);
const $$ = (selector, in_ = document) => [...in_.querySelectorAll(selector)];
document.documentElement.classList.add("js");

// element returns a new element with properties and children.
function element(name, properties, ...children) {
  const e = Object.assign(document.createElement(name), properties);
  e.append(...children);
  return e;
}

// say tells people what happened, and screen readers.
function say(...parts) {
  document.getElementById("status").replaceChildren(element("p", {}, ...parts));
  rest();
}

let leaving = 0; // the timer of the message

// rest lets the message of the page leave after a while. One with a button stays until it is closed.
function rest() {
  clearTimeout(leaving);
  const status = document.getElementById("status"), message = status?.firstElementChild;
  if (!message) return;
  if (!$("button", message)) {
    leaving = setTimeout(() => message.remove(), 8000);
    return;
  }
  const leave = () => message.remove();
  const x = element("button", { type: "button", className: "close", title: "Close", onclick: leave }, "×");
  x.setAttribute("aria-label", "Close");
  message.append(" ", x);
}

// newRequest returns a new name of a request.
function newRequest() {
  return crypto.randomUUID?.() || String(Math.random()).slice(2);
}

// ---- Keys ----

const shortcuts = {
  // stored returns what a curator has changed: {off, keys: {act: [key, ...]}}.
  stored() {
    try {
      return JSON.parse(localStorage.getItem("oped-desk-keys")) || {};
    } catch {
      return {};
    }
  },
  store(x) {
    try {
      localStorage.setItem("oped-desk-keys", JSON.stringify(x));
    } catch {} // the browser keeps nothing; the keys last for this page
  },
  // load reads the keys of the dialog, as changed.
  load() {
    const changed = shortcuts.now || shortcuts.stored();
    shortcuts.now = changed;
    shortcuts.off = Boolean(changed.off);
    shortcuts.act = new Map();
    for (const row of $$("#keys [data-act]")) {
      const keys = changed.keys?.[row.dataset.act] || row.dataset.keys.split(" ");
      for (const key of keys) shortcuts.act.set(key, row.dataset.act);
      const signs = { ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", " ": "Space" };
      row.cells[1].replaceChildren(...keys.map((key) => element("kbd", {}, signs[key] || key)));
    }
    const on = document.getElementById("keys-on");
    if (on) on.checked = !shortcuts.off;
  },
  // bind gives a key to an act, and takes it from another.
  bind(act, key) {
    const keys = {};
    for (const row of $$("#keys [data-act]")) {
      keys[row.dataset.act] = [...shortcuts.act].filter(([k, a]) => a === row.dataset.act && k !== key).map(([k]) => k);
    }
    keys[act] = [key];
    shortcuts.save({ off: shortcuts.off, keys });
  },
  save(x) {
    shortcuts.now = x;
    shortcuts.store(x);
    shortcuts.load();
  },
};

// keyOf returns the key of an event. On a keyboard of another script, a key is the letter at its place.
function keyOf(e) {
  return e.key.length === 1 && e.key > "\x7f" && e.code.startsWith("Key") ? e.code.slice(3).toLowerCase() : e.key;
}

// isTyping reports whether an event belongs to a field.
function isTyping(e) {
  const t = e.target;
  return t.isContentEditable || t.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=submit])");
}

addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey || e.isComposing || e.defaultPrevented) return;
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  if (e.key === "Escape") {
    const panel = e.target.closest?.("details[open]");
    if (panel) close(panel);
    else document.getElementById("status").replaceChildren();
    return;
  }
  if (e.key === "Enter" && e.target.matches?.(".panel :is(select, textarea)")) { // as in a field
    e.preventDefault();
    e.target.form.requestSubmit($("button:not([aria-hidden])", e.target.form));
    return;
  }
  if (isTyping(e)) return;
  const key = keyOf(e);
  if (key === "Enter" && e.target.closest?.("a, button, summary, label, input, .panel")) return;
  if (shortcuts.off) return;
  const digit = $(`details[open] [data-digit="${CSS.escape(key)}"]`, current() || document);
  if (digit) {
    e.preventDefault();
    digit.click();
    return;
  }
  const act = shortcuts.act.get(key);
  if (!act || e.repeat && act !== "next" && act !== "previous") return;
  if (run(act)) e.preventDefault();
});

// run carries out an act on the current piece. It reports whether the page has the act.
function run(act) {
  const row = current();
  switch (act) {
    case "help":
      openKeys();
      return true;
    case "search":
      location.href = base + "search";
      return true;
    case "undo":
      undoLast();
      return true;
    case "next":
    case "previous":
      if (follow(act === "next" ? "next" : "prev")) return true;
      choose(beside(row, act === "next" ? 1 : -1), true);
      return true;
  }
  if (!row) return false;
  switch (act) {
    case "original":
      $("h2 a, h1 a", row)?.click();
      return true;
    case "piece":
      if (!row.dataset.page) return false;
      history.replaceState(null, "", "#" + row.id);
      location.href = row.dataset.page;
      return true;
    case "mark":
      mark(row);
      return true;
  }
  const way = $(`[data-act="${CSS.escape(act)}"]`, row);
  if (!way) {
    say(`“${document.getElementById("act-" + act).textContent}” is not possible here.`);
    return true;
  }
  if (!mayDecide(row, act)) return true;
  if (way.localName === "details") {
    if (act === "merge") prefill(way, row);
    open(way);
  } else {
    const button = $("button", way);
    if (!button.disabled) way.requestSubmit(button);
  }
  return true;
}

// follow follows a link of the page to its neighbour. It reports whether there is one.
function follow(rel) {
  const link = $(`[rel=${rel}]`);
  link?.click();
  return Boolean(link);
}

// ---- The current piece ----

const rows = () => $$(".candidate");
const current = () => $(".candidate[aria-current]");
const isOpen = (row) => !row.dataset.decided;

// choose makes a piece the current one.
function choose(row, focus) {
  if (!row) return;
  const was = current();
  if (was !== row) {
    if (was) {
      close($("details[open]", was));
      was.removeAttribute("aria-current");
      delete was.dataset.asked;
    }
    row.setAttribute("aria-current", "true");
  }
  if (focus) {
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
}

// beside returns the next or previous piece.
function beside(row, step, wanted = () => true) {
  const all = rows();
  for (let i = all.indexOf(row) + step; i >= 0 && i < all.length; i += step) if (wanted(all[i])) return all[i];
  return row ? null : all[0];
}

// goOn moves to the next piece to decide.
function goOn(row) {
  choose(beside(row, 1, isOpen) || beside(row, -1, isOpen) || row, true);
}

document.addEventListener("focusin", (e) => {
  choose(e.target.closest(".candidate"));
});
document.addEventListener("click", (e) => {
  const row = e.target.closest(".candidate");
  if (row && row !== current() && !e.target.closest("a, button, summary, input, select, label")) choose(row, true);
});

// ---- Panels ----

// open opens the panel of an act, and moves the focus to its first field.
function open(panel) {
  panel.open = true;
  const first = $("[data-first]", panel) || $("[data-digit]", panel) || $("input:not([type=hidden]), select", panel);
  first?.focus();
  if (first?.select) first.select();
}

// close closes a panel. The focus goes back to its piece.
function close(panel) {
  if (!panel) return;
  const had = panel.contains(document.activeElement);
  panel.open = false;
  if (had) (panel.closest(".candidate") || $("summary", panel)).focus({ preventScroll: true });
}

document.addEventListener("toggle", (e) => {
  const panel = e.target;
  if (!panel.matches?.(".verbs details") || !panel.open) return;
  for (const other of $$("details[open]", panel.parentNode)) if (other !== panel) other.open = false;
  panel.scrollIntoView({ block: "nearest" });
  $(".panel", panel)?.scrollIntoView({ block: "nearest" });
}, true);

// mark marks a piece for a merge, or removes the mark.
function mark(row) {
  row.toggleAttribute("data-marked");
  const marked = $$(".candidate[data-marked] :is(h2, h3)").map((x) => `“${x.textContent.trim()}”`);
  say(marked.length ? `Marked for a merge: ${marked.join(", ")}` : "No piece is marked.");
}

// prefill writes the marked pieces into the field of a merge.
function prefill(panel, row) {
  const marked = $$(".candidate[data-marked]").map((x) => x.dataset.piece).filter((n) => n !== row.dataset.piece);
  const field = $("[data-first]", panel);
  if (marked.length && !field.value) field.value = marked.join(" ");
}

// ---- Acts ----

// mayDecide asks once before an act on a piece that was decided already.
function mayDecide(row, act) {
  if (isOpen(row) || row.dataset.asked === act || act === "note") return true;
  row.dataset.asked = act;
  say(`${row.dataset.decided}. Press the key again to decide all the same.`);
  return false;
}

let queue = Promise.resolve(); // acts, one after the other
const mine = []; // numbers of the curator's decisions in effect, the latest last
const known = new Set(); // numbers of decisions shown
let latest = Number($("[data-latest]")?.dataset.latest || 0);

document.addEventListener("submit", (e) => {
  const form = e.target;
  if (e.defaultPrevented || form.getAttribute("action") !== base + "decide") return; // form.action is a field
  e.preventDefault();
  const data = new FormData(form, e.submitter);
  act(data, form.closest(".candidate"), form);
});

// The words of an act on its way.
const going = {
  approve: "Approving", reject: "Rejecting", hold: "Holding", pin: "Pinning", unpin: "Unpinning", note: "Saving the note",
  merge: "Merging", split: "Splitting", tag: "Putting on the topic", untag: "Taking off the topic",
  withdraw: "Withdrawing", undo: "Undoing",
};

// leaves reports whether a decision answers the question of the queue for a piece, for good.
function leaves(action, topic) {
  const asked = list?.dataset.topic;
  if (asked) return action === "withdraw" || ["tag", "untag"].includes(action) && topic === asked;
  return ["approve", "reject", "hold", "withdraw"].includes(action);
}

// act sends a decision. Meanwhile the curator goes on; if it fails, the piece says why, with all that was typed.
function act(data, row, form) {
  const action = data.get("action");
  const panel = form?.closest("details");
  if (list && data.has("seen")) data.set("seen", latest); // what the curator knew at this moment
  const onward = row && list && leaves(action, data.get("topic"));
  let next = null;
  if (row) {
    delete row.dataset.asked;
    $(".mistake", row)?.remove();
    row.setAttribute("aria-busy", "true");
    row.dataset.going = action;
    note(row, `${going[action]}…`);
    if (panel) close(panel);
    if (onward) goOn(row);
    next = current();
  }
  queue = queue.then(async () => {
    let answer;
    try {
      if (data.get("decision") === "last" && mine.length) data.set("decision", mine.at(-1));
      const r = await fetch(base + "decide", {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams(data),
      });
      answer = await r.json();
      if (!r.ok) throw new Error(answer.message);
    } catch (err) {
      if (panel && next && next === current() && !$("details[open]", next)) choose(row, true); // nothing was done since
      failed(row, panel, err instanceof TypeError ? "The desk cannot be reached; nothing was changed." : err.message);
      return;
    } finally {
      row?.removeAttribute("aria-busy");
      if (!answer?.decision) delete row?.dataset.going;
    }
    renew(form);
    if (!list) { // the page of a piece or of an edition loads again
      location.replace(`${location.pathname}?done=${answer.decision}${row ? "#" + row.id : ""}`);
      return;
    }
    show(answer);
    delete row?.dataset.going;
    say(`${answer.words}.`);
    if (action === "merge") for (const x of $$(".candidate[data-marked]")) x.removeAttribute("data-marked");
  });
  return queue;
}

// renew gives a form a new name for its next request.
function renew(form) {
  const request = form && $("[name=request]", form);
  if (request) request.value = newRequest();
}

// a changed form is another request: the answer to the one before may have been lost
document.addEventListener("input", (e) => renew(e.target.form));

// failed says in a piece why an act failed, and opens its form again.
function failed(row, panel, message) {
  if (!row) {
    say(element("span", { className: "mistake" }, message));
    return;
  }
  restate(row);
  ($(".verbs", row) || row).before(element("p", { className: "mistake", role: "alert" }, message));
  const elsewhere = current() !== row;
  if (panel) panel.open = true;
  if (elsewhere) {
    const show = () => { choose(row, true); if (panel) open(panel); };
    say(`It did not work: ${message} `, element("button", { type: "button", onclick: show }, "Show"));
  } else if (panel) open(panel);
}

// note writes the state of a piece under its headline.
function note(row, words, decision) {
  const state = $(".state", row);
  state.replaceChildren(words);
  state.hidden = !words;
  if (!decision?.undoable) return;
  const fields = Object.entries({ action: "undo", decision: decision.decision, request: newRequest() });
  state.append(" ", element("form", { method: "post", action: base + "decide" },
    ...fields.map(([name, value]) => element("input", { type: "hidden", name, value })), element("button", {}, "Undo")));
}

// done holds the decisions on pieces of the page in effect, the latest last.
const done = [];

// show shows a decision, of this curator or another.
function show(d) {
  if (known.has(d.decision)) return;
  known.add(d.decision);
  latest = Math.max(latest, d.decision);
  if (d.undoes) {
    const i = done.findIndex((x) => x.decision === d.undoes);
    const undone = i < 0 ? null : done.splice(i, 1)[0];
    if (mine.includes(d.undoes)) mine.splice(mine.indexOf(d.undoes), 1);
    for (const row of rowsOf(undone || d)) {
      restate(row, d.by === me ? "" : `${d.words}, by ${d.by}`);
      if (d.by === me) choose(row, true);
    }
  } else {
    done.push(d);
    if (d.by === me) mine.push(d.decision);
    for (const row of rowsOf(d)) {
      if (d.action === "note") writeNote(row, d.note);
      restate(row);
      if (d.by === me && row.dataset.going && row === current() && !isOpen(row)) goOn(row);
    }
  }
  refreshSoon();
}

// rowsOf returns the pieces of the page that a decision is on.
function rowsOf(d) {
  return [...new Set([d.piece, ...(d.pieces || [])])].map((id) => document.getElementById("piece-" + id)).filter(Boolean);
}

function writeNote(row, text) {
  const p = $(".note", row);
  if (!p) return;
  p.hidden = !text;
  $("span", p).textContent = text || "";
}

// restate shows what was decided on a piece: the last of its decisions that answers the question, else the last of all.
function restate(row, otherwise = "") {
  const id = Number(row.dataset.piece);
  const all = done.filter((d) => d.piece === id || d.pieces?.includes(id));
  const open = new Set(row.dataset.editions.split(" "));
  let answer = null;
  for (const d of all) {
    if (leaves(d.action, d.topic)) for (const e of d.editions || [...open]) open.delete(e);
    const joined = d.action === "merge" && d.pieces?.length > 1 && d.piece !== id;
    if (joined || leaves(d.action, d.topic) && (list?.dataset.topic || d.action === "withdraw" || !open.size)) answer = d;
  }
  const was = row.dataset.decided;
  const last = answer || all.at(-1);
  if (answer) row.dataset.decided = `${answer.words}, by ${answer.by}`;
  else delete row.dataset.decided;
  note(row, last ? words(last) : otherwise, last);
  if (Boolean(was) !== Boolean(answer)) count(answer ? -1 : 1);
}

// words returns a decision with its curator.
function words(d) {
  return element("span", {}, element("b", {}, d.words), ", by ", element("bdi", {}, d.by));
}

// count changes the number of waiting pieces, until the page has the true one.
function count(by) {
  for (const data of [document.getElementById("waiting"), $("#questions [aria-current] data")]) {
    if (!data) continue;
    data.value = data.textContent = Math.max(0, Number(data.value) + by);
  }
}

// undoLast undoes the last act of the curator.
function undoLast() {
  const data = new FormData();
  data.set("action", "undo");
  data.set("decision", "last");
  data.set("request", newRequest());
  say("Undoing…");
  act(data, null, null);
}

// ---- The results of a search ----

const ticked = () => $$(".found input:checked").length;

// countTicked says how many pieces are chosen.
function countTicked() {
  const chosen = document.getElementById("chosen");
  if (chosen) chosen.textContent = `${ticked()} of ${$$(".found input").length} chosen`;
}

document.addEventListener("change", (e) => {
  if (e.target.closest(".found")) countTicked();
});
document.addEventListener("submit", (e) => {
  if (!$(".found", e.target) || ticked()) return;
  e.preventDefault();
  say("Choose pieces first: tick their boxes.");
});
addEventListener("pageshow", countTicked); // a browser that comes back keeps the ticks

// ---- Live ----

let fresh = null; // the page as it would be now
let waiting = 0;

// refreshSoon asks for the page as it is now, for its numbers and its new pieces. Many reasons at once ask once.
function refreshSoon() {
  if (!list || waiting) return;
  waiting = setTimeout(async () => {
    waiting = 0;
    try {
      const r = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (!r.ok || r.redirected) return;
      fresh = new DOMParser().parseFromString(await r.text(), "text/html");
    } catch {
      return; // the next reason asks again
    }
    for (const id of ["questions", "tally"]) {
      const now = fresh.getElementById(id), here = document.getElementById(id);
      if (now && here && now.innerHTML !== here.innerHTML) here.replaceWith(document.importNode(now, true));
    }
    offer();
  }, 700);
}

// newOnes returns the pieces of the fresh page that are missing here.
function newOnes() {
  return $$(".candidate", fresh).filter((row) => !document.getElementById(row.id));
}

// offer offers the new pieces. When few are left to decide, they come by themselves.
function offer() {
  const n = newOnes().length, bar = document.getElementById("new");
  if (n && rows().filter(isOpen).length < 2) {
    showNew();
    return;
  }
  bar.hidden = !n;
  bar.firstChild.textContent = `${n} new ${n === 1 ? "candidate" : "candidates"} · show`;
}

function showNew() {
  const focused = current();
  for (const row of newOnes()) list.append(document.importNode(row.closest("li"), true));
  document.getElementById("new").hidden = true;
  document.getElementById("empty").hidden = rows().length > 0;
  if (!focused) choose(rows().find(isOpen));
}

document.getElementById("new")?.addEventListener("click", () => {
  const first = newOnes()[0];
  showNew();
  if (first) choose(document.getElementById(first.id), true);
});

// listen receives the decisions of others from now on, and those since the page was made.
function listen() {
  const watched = list || $("[data-watch]");
  if (!me || !window.EventSource || !watched) return;
  const events = new EventSource(base + "events?after=" + latest);
  events.addEventListener("decision", (e) => {
    const d = JSON.parse(e.data);
    if (!list) {
      changed(d, watched);
      return;
    }
    if (known.has(d.decision)) return;
    show(d);
    if (d.by !== me && rowsOf(d).length) say(`${d.words}, by ${d.by}.`);
  });
  events.addEventListener("pieces", refreshSoon);
  events.addEventListener("missed", () => location.reload());
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });
}

// changed says that another curator changed what the page shows.
function changed(d, watched) {
  const of = watched.dataset.edition ? d.editions?.includes(watched.dataset.edition) : rowsOf(d).length;
  if (d.by === me || !of) return;
  const again = () => location.replace(location.pathname);
  say(`${d.words}, by ${d.by}. `, element("button", { type: "button", onclick: again }, "Load again"));
}

// ---- The dialog of keys ----

let asking = null; // the row of the dialog that waits for a key

function openKeys() {
  asking = null;
  document.getElementById("keys-say").textContent = "";
  document.getElementById("keys").showModal();
}

function startKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const told = document.getElementById("keys-say");
  shortcuts.load();
  document.getElementById("show-keys").addEventListener("click", openKeys);
  document.getElementById("keys-close").addEventListener("click", () => dialog.close());
  document.getElementById("keys-reset").addEventListener("click", () => {
    shortcuts.save({});
    told.textContent = "All keys are as they were.";
  });
  document.getElementById("keys-on").addEventListener("change", (e) => {
    shortcuts.save({ ...shortcuts.now, off: !e.target.checked });
  });
  dialog.addEventListener("click", (e) => {
    const row = e.target.closest("tbody button")?.closest("tr");
    if (!row) return;
    asking = row;
    told.textContent = `Press the key for “${row.cells[0].textContent}”. Escape keeps the old one.`;
  });
  dialog.addEventListener("keydown", (e) => {
    if (!asking || ["Shift", "Control", "Alt", "Meta", "CapsLock"].includes(e.key)) return;
    e.preventDefault();
    e.stopPropagation();
    const row = asking;
    asking = null;
    if (e.key === "Escape" || e.key === "Tab" || e.ctrlKey || e.altKey || e.metaKey) {
      told.textContent = "The key is as it was.";
      return;
    }
    const key = keyOf(e), from = shortcuts.act.get(key);
    shortcuts.bind(row.dataset.act, key);
    told.textContent = from && from !== row.dataset.act
      ? `Changed. “${$(`#act-${from}`).textContent}” lost this key.` : "Changed.";
  });
}

startKeys();
rest();
if (rows().length) {
  const named = location.hash.startsWith("#piece-") && document.getElementById(location.hash.slice(1));
  const free = document.activeElement === document.body;
  choose(named || rows()[0], named && free);
  if (list && free) current().focus({ preventScroll: true }); // a page opens at its top
}
listen();

// ---- Copying: a button copies the text before it ----

for (const button of navigator.clipboard ? $$("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = "Copied";
  });
}
