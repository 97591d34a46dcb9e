/** Draws each panel of the page from Prometheus: its course over the chosen time, or the latest value as a number.
 * Without Prometheus the page still says what each panel means and which query stands behind it.
 */
const POINTS = 180;
/** Seconds. */
const WINDOWS = { "15 minutes": 900, "3 hours": 10_800, "1 day": 86_400, "1 week": 604_800 };
const COLOURS = ["#3367d6", "#d9660b", "#2e8540", "#a626a4", "#b8860b", "#0e7c86", "#c62828", "#5d4037"];
const SVG = "http://www.w3.org/2000/svg";
const prometheus = document.body.dataset.prometheus;
let span = WINDOWS["15 minutes"];

const units = {
  percentunit: (value) => `${(value * 100).toFixed(1)} %`,
  s: (value) =>
    value < 1
      ? `${(value * 1000).toFixed(1)} ms`
      : value < 7200
        ? `${value.toFixed(1)} s`
        : `${(value / 3600).toFixed(1)} h`,
  bytes: (value) => withPrefix(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]),
  Bps: (value) => withPrefix(value, 1000, ["B/s", "kB/s", "MB/s", "GB/s"]),
  reqps: (value) => `${round(value)} req/s`,
  ops: (value) => `${round(value)} /s`,
  currencyUSD: (value) => `$${value.toFixed(2)}`,
};

function withPrefix(value, step, names) {
  let at = 0;
  let rest = value;
  while (Math.abs(rest) >= step && at < names.length - 1) {
    rest /= step;
    at += 1;
  }
  return `${round(rest)} ${names[at]}`;
}

const round = (value) =>
  (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toFixed(2))).toLocaleString("en");

function show(value, panel) {
  if (Number.isNaN(value)) return "–";
  return panel.words?.[String(value)] ?? (units[panel.unit] ?? round)(value);
}

const legendOf = (pattern, labels) =>
  pattern.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => labels[label] ?? "");

async function ask({ expr, legend }) {
  const end = Math.floor(Date.now() / 1000);
  const form = new URLSearchParams({
    query: expr,
    start: String(end - span),
    end: String(end),
    step: String(span / POINTS),
  });
  const answer = await fetch(`${prometheus}/api/v1/query_range`, { method: "POST", body: form });
  if (!answer.ok) throw new Error(`Prometheus answers ${answer.status}`);
  const { data } = await answer.json();
  return data.result.map(({ metric, values }) => ({
    name: legendOf(legend, metric),
    points: values.map(([time, value]) => [time, Number(value)]),
  }));
}

async function draw(figure) {
  const panel = JSON.parse(figure.querySelector("script").textContent);
  const place = figure.querySelector(".drawing");
  try {
    const series = (await Promise.all(panel.queries.map(ask))).flat();
    place.replaceChildren(...(series.length === 0 ? [text("p", "no data yet")] : contents(panel, series)));
  } catch (error) {
    place.replaceChildren(text("p", error.message));
  }
}

function contents(panel, series) {
  if (panel.kind === "timeseries") return [chart(panel, series), legend(panel, series)];
  if (series.length === 1 && panel.kind !== "table") {
    const number = text("p", show(last(series[0]), panel));
    number.className = `number ${colourAt(panel, last(series[0]))}`;
    return [number];
  }
  return [legend(panel, series)];
}

const last = ({ points }) => points.at(-1)?.[1] ?? Number.NaN;

function colourAt({ thresholds = [], words }, value) {
  if (words) return value === 0 ? "red" : "green";
  return thresholds.filter(({ from }) => value >= from).at(-1)?.color ?? "plain";
}

function chart(panel, series) {
  const all = series.flatMap(({ points }) => points).filter(([, value]) => Number.isFinite(value));
  const end = Date.now() / 1000;
  const top = Math.max(panel.max ?? 0, ...all.map(([, value]) => value)) || 1;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 600 160");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", panel.title);
  for (const [index, { points }] of series.entries()) {
    const line = document.createElementNS(SVG, "polyline");
    const at = points
      .filter(([, value]) => Number.isFinite(value))
      .map(
        ([time, value]) =>
          `${(600 * (1 - (end - time) / span)).toFixed(1)},${(155 - (150 * value) / top).toFixed(1)}`,
      );
    line.setAttribute("points", at.join(" "));
    line.setAttribute("stroke", COLOURS[index % COLOURS.length]);
    svg.append(line);
  }
  const scale = document.createElementNS(SVG, "text");
  scale.setAttribute("x", "4");
  scale.setAttribute("y", "14");
  scale.textContent = show(top, panel);
  svg.append(scale);
  return svg;
}

function legend(panel, series) {
  const list = document.createElement("ul");
  for (const [index, one] of series.entries()) {
    const item = text("li", `${one.name}: ${show(last(one), panel)}`);
    item.style.setProperty("--colour", COLOURS[index % COLOURS.length]);
    list.append(item);
  }
  return list;
}

function text(tag, content) {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}

function windowChoice(onChange) {
  const choice = document.createElement("select");
  choice.setAttribute("aria-label", "Time shown");
  choice.append(...Object.keys(WINDOWS).map((name) => text("option", name)));
  choice.addEventListener("change", () => {
    span = WINDOWS[choice.value];
    onChange();
  });
  return choice;
}

if (prometheus) {
  const refresh = () => Promise.all([...document.querySelectorAll("figure")].map(draw));
  document.querySelector("nav").append(windowChoice(refresh));
  refresh();
  setInterval(refresh, 15_000);
}
