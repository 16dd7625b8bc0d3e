// The page on which a run is tried: who, what they have, and what is recommended, from the same API as all else.
const $ = (id) => document.getElementById(id);
const PICTURES = /^(image|picture|poster|cover|thumbnail|img)(_?(url|link|path|small))?$/i;
const K = 10;
const state = { run: null, user: null, history: [], touched: false, off: new Set(), token: "", turn: 0, before: {} };

function make(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...inside.filter((each) => each !== null));
  return element;
}

function say(text) {
  $("said").textContent = text;
  $("said").hidden = !text;
}

async function ask(path, body) {
  const headers = { ...(state.token && { Authorization: `Bearer ${state.token}` }), ...(body && { "Content-Type": "application/json" }) };
  const answer = await fetch(path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  const found = await answer.json();
  if (answer.status === 401) $("entry").hidden = false;
  if (!answer.ok) throw Object.assign(new Error(found.error.message), { status: answer.status, field: found.error.field });
  return found;
}

const later = (work, wait = 150) => {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => guarded(work)(...given), wait);
  };
};

const guarded = (work) => async (...given) => {
  try {
    return await work(...given);
  } catch (error) {
    say(error instanceof TypeError ? "The server does not answer." : error.message);
  }
};

const picture = () => state.run.attributes.find((name) => PICTURES.test(name)) ?? null;

function shown(attributes) {
  const name = picture();
  const source = name && attributes?.[name];
  if (!source || !/^(https:|data:image\/|\/|[\w.-]+\/)/i.test(source)) return null;
  return make("img", { src: source, alt: "", loading: "lazy", onerror: (event) => event.target.remove() });
}

async function start() {
  state.run = await ask("v1/run");
  $("entry").hidden = true;
  say("");
  const { run, users, items, branches, runs, fuser } = state.run;
  document.title = `${run} – palate`;
  $("name").textContent = run;
  $("about").textContent = `palate · ${users.toLocaleString()} users, ${items.toLocaleString()} items`;
  $("beside").hidden = runs.length < 2;
  $("other").replaceChildren(make("option", { value: "" }, "no other run"), ...runs.filter((name) => name !== run).map((name) => make("option", { value: name }, name)));
  $("branches").replaceChildren(...branches.map((branch, at) => make("label", {},
    make("input", { type: "checkbox", checked: "", disabled: branches.length < 2 ? "" : null, value: branch.name, onchange: switched }),
    " ", make("span", { class: `key c${at % 9}` }), ` ${branch.name}`,
    make("span", { class: "score" }, ` ${branch.ranker}${fuser ? `, weight ${number(branch.weight)}` : ""}`))));
  await show();
}

function switched(event) {
  state.off[event.target.checked ? "delete" : "add"](event.target.value);
  guarded(show)();
}

const number = (value) => (value === 0 ? "0" : Math.abs(value) >= 1000 || Math.abs(value) < 0.001 ? value.toExponential(1) : String(+value.toPrecision(3)));

// What is asked: the user as they are, or, once the history was changed here, that history.
function request(run) {
  const own = { k: K, attributes: picture() && !run ? [picture()] : [] };
  if (run) own.run = run;
  if (!run && state.off.size) own.branches = state.run.branches.map((branch) => branch.name).filter((name) => !state.off.has(name));
  if (state.user !== null && !state.touched) return { ...own, user: state.user };
  const past = ({ item, time, rating }) => ({ item: String(item), ...(time != null && { time }), ...(rating != null && { rating }) });
  const against = (each) => each.rating == null && each.strength != null && each.strength <= 0;
  return { ...own, history: state.history.filter((each) => !against(each)).map(past), exclude: state.history.filter(against).map((each) => each.item) };
}

async function show() {
  const turn = ++state.turn;
  drawHistory();
  $("lists").ariaBusy = "true"; // until the new list stands there with its reasons
  try {
    await refill(turn);
  } finally {
    if (turn === state.turn) $("lists").ariaBusy = "false";
  }
}

async function refill(turn) {
  const other = $("other").value;
  const runs = other ? [null, other] : [null];
  const answers = await Promise.all(runs.map((run) => ask("v1/recommendations", request(run))));
  if (turn !== state.turn) return;
  $("lists").replaceChildren(...answers.map((answer, at) => list(answer, runs[at], runs.length > 1)));
  if (!answers[0].fallback) await explain(turn, answers[0]);
}

function list(answer, run, titled) {
  const known = state.before[run ?? ""];
  const rows = answer.items.map((each) => make("li", { class: known && !known.has(each.item) ? "new" : null, "data-item": each.item },
    make("span", { class: "rank" }, String(each.rank)), shown(each.attributes),
    make("div", {}, each.title, " ", make("span", { class: "score" }, number(each.score))),
    make("button", { type: "button", "aria-label": `Add ${each.title} to the history`, onclick: guarded(() => add(each)) }, "Add")));
  state.before[run ?? ""] = new Set(answer.items.map((each) => each.item));
  const said = [answer.fallback ? "No branch knows enough of this user: this is the fallback." : "", ...answer.remarks];
  return make("div", { "data-run": answer.run }, make("h2", {}, titled ? answer.run : "Recommendations"),
    ...said.filter(Boolean).map((text) => make("p", { class: "soft" }, text)), make("ol", { class: "items" }, ...rows));
}

// Explanations take longer than the list, so they come after it.
async function explain(turn, plain) {
  let answer;
  try {
    answer = await ask("v1/recommendations", { ...request(null), explain: true });
  } catch (error) {
    if (error.field !== "explain") throw error;
    return $("lists").firstChild.append(make("p", { class: "soft" }, error.message));
  }
  if (turn !== state.turn || answer.run !== plain.run) return;
  const most = Math.max(1e-12, ...answer.items.map((each) => each.explanation.branches.reduce((sum, branch) => sum + Math.abs(branch.adds), 0)));
  for (const each of answer.items) {
    const row = $("lists").querySelector(`li[data-item="${CSS.escape(each.item)}"] > div`);
    row?.append(...reasons(each.explanation, most));
  }
}

function reasons({ branches, history }, most) {
  const at = (name) => state.run.branches.findIndex((branch) => branch.name === name) % 9;
  const text = branches.map((branch) => `${branch.name} ${branch.adds < 0 ? "−" : "+"}${number(Math.abs(branch.adds))}`).join(", ");
  const bars = make("div", { class: "bars", role: "img", "aria-label": text, title: text });
  for (const branch of branches.filter((each) => each.adds > 0)) {
    const bar = make("span", { class: `c${Math.max(0, at(branch.name))}` });
    bar.style.width = `${(100 * branch.adds) / most}%`;
    bars.append(bar);
  }
  const past = history.filter((each) => each.adds > 0).slice(0, 5);
  const because = past.length ? make("ul", {}, ...past.map((each) => make("li", {}, `${each.title} +${number(each.adds)}`))) : null;
  return [bars, make("details", {}, make("summary", { class: "score" }, "Why"), make("p", { class: "score" }, text), because)];
}

function drawHistory() {
  $("record").disabled = state.user === null;
  $("empty").hidden = state.history.length > 0;
  $("history").replaceChildren(...state.history.map((each, at) => make("li", {}, shown(each.attributes),
    make("div", {}, each.title, " ", make("span", { class: "score" }, each.rating == null ? "" : `rated ${number(each.rating)}`)),
    make("button", { type: "button", "aria-label": `Remove ${each.title}`, onclick: guarded(() => remove(at)) }, "Remove"))).reverse());
}

async function add(item) {
  if (state.user !== null && $("record").checked) {
    await ask("v1/events", { user: state.user, item: String(item.item) });
    if (!state.touched) return load(state.user);
  }
  state.history.push(await pictured({ item: item.item, title: item.title }));
  state.touched = true;
  await show();
}

async function remove(at) {
  state.history.splice(at, 1);
  state.touched = true;
  await show();
}

async function pictured(item) {
  if (picture()) item.attributes = (await ask(`v1/items/${encodeURIComponent(item.item)}`)).attributes;
  return item;
}

async function load(user) {
  const turn = ++state.turn;
  const known = user === null ? { events: [] } : await ask(`v1/users/${encodeURIComponent(user)}`);
  await Promise.all(known.events.slice(-20).map(pictured));
  if (turn !== state.turn) return; // somebody else was asked for meanwhile
  if (user !== state.user) state.before = {};
  Object.assign(state, { user, history: known.events, touched: false });
  say("");
  await show();
}

$("who").addEventListener("submit", (event) => {
  event.preventDefault();
  guarded(load)($("user").value.trim() || null);
});
$("nobody").addEventListener("click", () => {
  $("user").value = "";
  guarded(load)(null);
});
$("user").addEventListener("input", later(async () => {
  const { users } = await ask(`v1/users?k=8&q=${encodeURIComponent($("user").value)}`);
  $("users").replaceChildren(...users.map((user) => make("option", { value: user })));
}));
$("title").addEventListener("input", later(async () => {
  const text = $("title").value.trim();
  const { items } = text ? await ask(`v1/items?k=6&q=${encodeURIComponent(text)}`) : { items: [] };
  $("found").replaceChildren(...items.map((each) => make("li", {}, make("div", {}, each.title),
    make("button", { type: "button", "aria-label": `Add ${each.title} to the history`, onclick: guarded(() => add(each)) }, "Add"))));
}));
$("other").addEventListener("change", guarded(show));
$("entry").addEventListener("submit", (event) => {
  event.preventDefault();
  state.token = $("token").value;
  guarded(start)();
});
guarded(start)();
