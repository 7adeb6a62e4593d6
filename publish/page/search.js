// Searches the index: one file for each month, the newest first. What the index says becomes text only.
const enough = 50, ahead = 4; // results before a pause; months loaded at a time
const drop = new RegExp(`[${folding.drop.map((run) => run.map((c) => `\\u{${c.toString(16)}}`).join("-")).join("")}]`, "u");
const zeros = [...folding.zeros].map((c) => c.codePointAt(0));

function fold(text) {
  let out = "", last = "";
  for (const c of [...text].map((c) => c.toLowerCase()).join("").normalize("NFKD")) {
    const letters = folding.letters[c];
    if (letters ? !last || !letters.includes(last) : drop.test(c)) continue;
    const small = c.toLowerCase(), n = small.codePointAt(0), zero = zeros.find((z) => z <= n && n <= z + 9);
    const folded = folding.to[small] ?? (zero ? String(n - zero) : small);
    last = [...folded].pop() ?? last;
    out += folded;
  }
  return out;
}

// A word of the query begins a word of the text. Where words have no spaces between them, it is anywhere.
const words = (text) => fold(text).split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}]/u;
const matches = (query, all) => query.every((w) => all.includes(unspaced.test(w) ? w : " " + w));

function show(row, [id, title, paper, authors, day, topics, lang = "en", dir = "ltr", kind = ""]) {
  const article = Object.assign(row.content.firstElementChild.cloneNode(true), { lang, dir });
  const [name, by, tags, why] = ["h2 a", ".by", ".tags", "p a"].map((part) => article.querySelector(part));
  const add = (to, tag, text, more) => to.append(Object.assign(document.createElement(tag), { textContent: text }, more));
  name.textContent = title;
  name.href = why.href = `../piece/${Number(id)}/`;
  why.ariaLabel = `${why.textContent} ${title}`;
  authors.forEach((author, i) => { by.append(i ? (dir == "rtl" ? "، " : ", ") : ""); add(by, "b", author, { dir: "auto" }); });
  if (authors.length) by.append(" · ");
  if (paper) { add(by, "bdi", paper); by.append(" · "); }
  const form = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  add(by, "time", new Date(day).toLocaleDateString(lang == "ur" ? "ur-PK" : "en-GB", form), { dateTime: day });
  for (const topic of topics) add(tags, "li", topic, { lang: "en", dir: "auto" });
  if (kind) add(tags, "li", kind, { className: "kind", dir: "auto" });
  if (!tags.children.length) tags.remove();
  return article;
}

const parts = ["q", "row", "found", "status", "more"].map((id) => document.getElementById(id));
(async ([q, row, found, state, more]) => {
  const say = (message, value) => { state.textContent = state.dataset[message].replace("%s", value); };
  const query = words(q.value = new URLSearchParams(location.search).get("q") ?? ""), loads = [];
  const months = query.length ? found.dataset.months.split(" ").filter(Boolean) : [];
  const get = (month) => fetch(`index-${month}.json`).then((r) => r.ok ? r.json() : r.status == 404 ? [] : Promise.reject(r));
  const paused = () => new Promise((go) => { say("paused", found.children.length); more.hidden = false; more.onclick = go; });
  if (query.length) say("searching");
  for (const i of months.keys()) {
    months.slice(i, i + ahead).forEach((m, j) => (loads[i + j] ??= get(m)).catch(() => {}));
    for (const piece of await loads[i]) {
      if (!matches(query, " " + words(piece.slice(1, 4).flat().join(" ")).join(" "))) continue;
      if (found.children.length && found.children.length % enough == 0) await paused();
      more.hidden = true;
      found.append(show(row, piece));
    }
  }
  if (query.length) say(found.children.length ? "found" : "none", found.children.length);
})(parts).catch(() => { parts[3].textContent = parts[3].dataset.failed; });
