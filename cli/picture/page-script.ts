/**
 * The page's own script. It draws only the lanes that are in sight, so that ten thousand of them are as light as fifty,
 * and sets texts as text: no name of an instance or file ever becomes a part of the page.
 */
export const SCRIPT = `
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const lanes = document.getElementById('lanes');
const space = document.getElementById('space');
const detail = document.getElementById('detail');
const found = document.getElementById('found');
const search = document.getElementById('search');
const WORDS = { step: 'a step', wait: 'a step that waits', freeze: 'pre script', frozen: 'frozen', stop: 'stopping', down: 'application down',
  backup: 'backup', start: 'starting', thaw: 'post script', empty: 'name empty', failed: 'failed' };
const span = data.to - data.from;
let shown = data.lanes;
let chosen = -1;

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  node.className = className || '';
  if (text !== undefined) node.textContent = text;
  return node;
};
const share = (at) => Math.min(1, Math.max(0, (at - data.from) / span)) * 100 + '%';
const pad = (number) => String(number).padStart(2, '0');
const clock = (at) => { const time = new Date(at); return pad(time.getHours()) + ':' + pad(time.getMinutes()) + ':' + pad(time.getSeconds()); };
const rowHeight = () => (window.matchMedia('(max-width: 640px)').matches ? 52 : 30);

function drawLegend() {
  const kinds = [...new Set(data.lanes.flatMap((lane) => lane.bars.map((bar) => bar.kind)))];
  for (const kind of kinds) {
    const item = make('li');
    item.append(make('i', kind), document.createTextNode(WORDS[kind]));
    document.getElementById('legend').append(item);
  }
}

function drawAxis() {
  const steps = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400, 604800];
  const most = window.innerWidth < 640 ? 3 : 7;
  const step = (steps.find((seconds) => span / 1000 / seconds <= most) || 2592000) * 1000;
  const axis = document.getElementById('axis');
  axis.textContent = '';
  for (let at = Math.ceil(data.from / step) * step; at < data.to; at += step) {
    const day = step >= 86400000 ? new Date(at).toISOString().slice(0, 10) : clock(at);
    const tick = make('span', '', day);
    tick.style.left = share(at);
    axis.append(tick);
  }
}

function drawLane(lane, index, height) {
  const row = make('div', 'lane' + (index === chosen ? ' chosen' : ''));
  row.id = 'lane-' + index;
  row.setAttribute('role', 'option');
  row.setAttribute('aria-selected', String(index === chosen));
  row.style.top = index * height + 'px';
  const name = make('span', 'name ' + lane.tone, lane.name);
  name.title = lane.name;
  const track = make('span', 'track');
  for (const bar of lane.bars) {
    const node = make('span', 'bar ' + bar.kind);
    node.style.left = share(bar.from);
    node.style.width = 'calc(' + share(bar.to) + ' - ' + share(bar.from) + ')';
    node.title = clock(bar.from) + ' to ' + clock(bar.to) + ': ' + bar.text;
    track.append(node);
  }
  for (const mark of lane.marks) {
    const node = make('span', 'mark ' + mark.tone);
    node.style.left = share(mark.at);
    node.title = clock(mark.at) + ': ' + mark.text;
    track.append(node);
  }
  row.append(name, track);
  row.addEventListener('click', () => choose(index));
  return row;
}

function draw() {
  const height = rowHeight();
  space.style.height = shown.length * height + 'px';
  const first = Math.max(0, Math.floor(lanes.scrollTop / height) - 5);
  const last = Math.min(shown.length, Math.ceil((lanes.scrollTop + (lanes.clientHeight || 600)) / height) + 5);
  const rows = [];
  for (let index = first; index < last; index += 1) rows.push(drawLane(shown[index], index, height));
  space.replaceChildren(...rows);
  if (chosen >= 0) lanes.setAttribute('aria-activedescendant', 'lane-' + chosen);
  else lanes.removeAttribute('aria-activedescendant');
}

function choose(index) {
  chosen = Math.max(0, Math.min(shown.length - 1, index));
  const lane = shown[chosen];
  if (!lane) return;
  const height = rowHeight();
  const top = chosen * height;
  if (top < lanes.scrollTop) lanes.scrollTop = top;
  if (top + height > lanes.scrollTop + lanes.clientHeight) lanes.scrollTop = top + height - lanes.clientHeight;
  const bars = lane.bars.map((bar) => clock(bar.from) + ' to ' + clock(bar.to) + '  ' + WORDS[bar.kind] + ': ' + bar.text);
  const marks = lane.marks.map((mark) => clock(mark.at) + '  ' + mark.text);
  detail.textContent = [lane.name].concat(lane.note ? [lane.note] : [], bars, marks).join('\\n');
  draw();
}

function find() {
  const words = search.value.toLowerCase().split(' ').filter(Boolean);
  shown = data.lanes.filter((lane) => {
    const text = (lane.name + ' ' + lane.tone + ' ' + (lane.note || '')).toLowerCase();
    return words.every((word) => text.includes(word));
  });
  chosen = -1;
  detail.textContent = '';
  lanes.scrollTop = 0;
  found.textContent = words.length > 0 ? shown.length + ' of ' + data.lanes.length + ' lanes' : data.lanes.length + ' lanes';
  draw();
}

lanes.addEventListener('scroll', draw);
lanes.addEventListener('keydown', (event) => {
  const page = Math.max(1, Math.floor(lanes.clientHeight / rowHeight()) - 1);
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (!(event.key in moves)) return;
  event.preventDefault();
  choose(chosen < 0 ? 0 : Math.max(0, Math.min(shown.length - 1, chosen + moves[event.key])));
});
search.addEventListener('input', find);
window.addEventListener('resize', () => { drawAxis(); draw(); });
drawLegend();
drawAxis();
find();
`;
