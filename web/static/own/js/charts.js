// Charts drawn from a table that stands beside them: the table is the truth and the reading for who sees no chart.
//
// <figure data-chart="line"><figcaption>…</figcaption><div class="chart"></div><details><summary>…</summary><table>…</table></details></figure>
// First column: labels; data-short holds the one that fits along the axis. Each further column with <th scope="col" data-series> is a line; its cells carry data-value, and data-low
// and data-high where there is an interval; data-signal marks a point that stands out. data-series="limit" is a thin line without marks. data-min, data-max on the figure fix the scale.

import { colour } from "./theme.js";

const SCRIPT = new URL("../../vendor/chart.umd.min.js", import.meta.url).href;
const SERIES = ["accent", "customer", "doubt", "caution"];
const SHAPES = ["circle", "rectRot", "triangle", "rect"];
const DASHES = [[], [6, 3], [2, 3], [10, 3, 2, 3]];

let library;

function load() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SCRIPT;
    script.onload = () => resolve(window.Chart);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

function numberIn(cell, name) {
  const text = cell?.dataset[name];
  return text === undefined || text === "" ? null : Number(text);
}

/** Read labels and series out of a figure's table. */
export function readTable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const labels = rows.map((row) => row.cells[0].dataset.short ?? row.cells[0].textContent.trim());
  const series = heads.flatMap((head, column) => {
    if (head.dataset.series === undefined) return [];
    const cells = rows.map((row) => row.cells[column]);
    return [
      {
        label: head.textContent.trim(),
        limit: head.dataset.series === "limit",
        signals: cells.map((cell) => cell?.dataset.signal !== undefined),
        values: cells.map((cell) => numberIn(cell, "value")),
        low: cells.map((cell) => numberIn(cell, "low")),
        high: cells.map((cell) => numberIn(cell, "high")),
      },
    ];
  });
  return { labels, series };
}

function tint(name, alpha) {
  return colour(name).replace(/^rgb\((.+)\)$/, `rgba($1, ${alpha})`);
}

function datasets(series) {
  return series.flatMap(({ label, limit, signals, values, low, high }, place) => {
    if (limit) {
      const thin = { borderColor: colour("soft"), backgroundColor: colour("soft"), borderWidth: 1, borderDash: DASHES[place % DASHES.length] };
      return [{ label, data: values, ...thin, pointRadius: 0, pointStyle: "line", spanGaps: true }];
    }
    const name = SERIES[place % SERIES.length];
    const own = {
      label,
      data: values,
      borderColor: colour(name),
      backgroundColor: colour(name),
      borderDash: DASHES[place % DASHES.length],
      borderWidth: 2,
      pointStyle: signals.map((signal) => (signal ? "triangle" : SHAPES[place % SHAPES.length])),
      pointRadius: signals.map((signal) => (signal ? 9 : 4)),
      pointBackgroundColor: signals.map((signal) => colour(signal ? "caution" : name)),
      spanGaps: false,
    };
    if (low.every((value) => value === null)) return [own];
    const edge = { pointRadius: 0, borderWidth: 0, interval: true, backgroundColor: tint(name, 0.16) };
    return [own, { ...edge, data: low, fill: false }, { ...edge, data: high, fill: "-1" }];
  });
}

function options(figure) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const scale = { grid: { color: colour("line") }, ticks: { color: colour("soft") }, border: { color: colour("edge") } };
  return {
    maintainAspectRatio: false,
    animation: calm ? false : { duration: 250 },
    scales: {
      x: { ...scale, grid: { display: false } },
      y: { ...scale, min: figure.dataset.min && Number(figure.dataset.min), max: figure.dataset.max && Number(figure.dataset.max) },
    },
    plugins: {
      legend: {
        display: figure.querySelectorAll("th[data-series]").length > 1,
        labels: { color: colour("text"), usePointStyle: true, boxWidth: 8, boxHeight: 8, filter: (item, data) => !data.datasets[item.datasetIndex].interval },
      },
      tooltip: { filter: (item) => !item.dataset.interval },
    },
  };
}

async function draw(figure) {
  const Chart = await load();
  const { labels, series } = readTable(figure.querySelector("table"));
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", figure.querySelector("figcaption").textContent.trim());
  figure.querySelector(".chart").replaceChildren(canvas);
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  let chart;
  const make = () => {
    chart?.destroy();
    chart = new Chart(canvas, { type: figure.dataset.chart, data: { labels, datasets: datasets(series) }, options: options(figure) });
  };
  make();
  document.addEventListener("themechange", make);
}

for (const figure of document.querySelectorAll("figure[data-chart]")) draw(figure);
