"use strict";
const data = JSON.parse(document.getElementById("points").textContent);
const points = data.items.map((place, at) => ({x: place[0], y: place[1], group: data.group[at], text: data.titles[at]}))
  .concat(data.interests.map((place, at) => ({x: place[0], y: place[1], group: -1, text: data.users[at]})));
const canvas = document.querySelector("canvas"), label = document.getElementById("label");
const pen = canvas.getContext("2d"), hidden = new Set();
const EDGE = 24;
let scale = 1, left = 0, top_ = 0, drag = null;

function range(values) {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
}
function fit() {
  const [x0, x1] = range(points.map(p => p.x)), [y0, y1] = range(points.map(p => p.y));
  const w = canvas.clientWidth - 2 * EDGE, h = canvas.clientHeight - 2 * EDGE;
  scale = 0.96 * Math.min(w / (x1 - x0 || 1), h / (y1 - y0 || 1));
  left = EDGE + w / 2 - scale * (x0 + x1) / 2;
  top_ = EDGE / 2 + h / 2 + scale * (y0 + y1) / 2;
}
const across = p => left + scale * p.x, down = p => top_ - scale * p.y;

function draw() {
  const ratio = window.devicePixelRatio || 1, style = getComputedStyle(document.body);
  const ink = style.color, soft = style.getPropertyValue("--soft");
  canvas.width = canvas.clientWidth * ratio;
  canvas.height = canvas.clientHeight * ratio;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const p of points) {
    if (hidden.has(p.group)) continue;
    pen.beginPath();
    pen.arc(across(p), down(p), p.group < 0 ? 4 : 2.8, 0, 7);
    if (p.group < 0) { pen.globalAlpha = 0.8; pen.strokeStyle = ink; pen.lineWidth = 1.2; pen.stroke(); }
    else { pen.globalAlpha = 0.65; pen.fillStyle = data.colours[p.group]; pen.fill(); }
  }
  name(soft);
}
function name(colour) {
  pen.globalAlpha = 1;
  pen.fillStyle = colour;
  pen.font = "13px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.fillText(data.axes[0], canvas.clientWidth / 2, canvas.clientHeight - 8);
  pen.save();
  pen.translate(16, canvas.clientHeight / 2);
  pen.rotate(-Math.PI / 2);
  pen.fillText(data.axes[1], 0, 0);
  pen.restore();
}
function nearest(x, y) {
  let best = null, least = 100;
  for (const p of points) {
    if (hidden.has(p.group)) continue;
    const away = (across(p) - x) ** 2 + (down(p) - y) ** 2;
    if (away < least || (away === least && p.group < 0)) { best = p; least = away; }
  }
  return best;
}
function zoom(by, x, y) {
  left = x - by * (x - left);
  top_ = y - by * (y - top_);
  scale *= by;
  draw();
}
function show(x, y) {
  const found = nearest(x, y);
  label.style.display = found ? "block" : "none";
  if (!found) return;
  label.textContent = found.text;
  const over = x + 12 + label.offsetWidth > canvas.clientWidth;
  label.style.left = Math.max(0, over ? x - 12 - label.offsetWidth : x + 12) + "px";
  label.style.top = Math.min(y + 12, canvas.clientHeight - label.offsetHeight) + "px";
}
canvas.addEventListener("pointermove", event => {
  if (drag) {
    left += event.offsetX - drag[0];
    top_ += event.offsetY - drag[1];
    drag = [event.offsetX, event.offsetY];
    draw();
  }
  show(event.offsetX, event.offsetY);
});
canvas.addEventListener("pointerdown", event => {
  if (event.pointerType === "mouse") drag = [event.offsetX, event.offsetY];
  show(event.offsetX, event.offsetY);
});
canvas.addEventListener("pointerleave", event => {
  if (event.pointerType === "mouse") label.style.display = "none";
  drag = null;
});
window.addEventListener("pointerup", () => { drag = null; });
canvas.addEventListener("dblclick", () => { fit(); draw(); });
canvas.addEventListener("wheel", event => {
  event.preventDefault();
  zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
}, {passive: false});
const middle = () => [canvas.clientWidth / 2, canvas.clientHeight / 2];
document.getElementById("in").addEventListener("click", () => zoom(1.5, ...middle()));
document.getElementById("out").addEventListener("click", () => zoom(1 / 1.5, ...middle()));
document.getElementById("all").addEventListener("click", () => { fit(); draw(); });
document.querySelectorAll("input").forEach(box => box.addEventListener("change", () => {
  box.checked ? hidden.delete(+box.dataset.group) : hidden.add(+box.dataset.group);
  draw();
}));
window.addEventListener("resize", () => { fit(); draw(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
fit();
draw();
