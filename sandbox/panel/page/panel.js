const $ = (id) => document.getElementById(id);
const LOOK_MS = 2000;

/** Layers top first, as they stand on each other; a switch for each trouble. Drawn once, then only its states change. */
function draw({ layers, troubles, clock }) {
  if (clock) drawClock(clock);
  if ($('layers').childElementCount === 0)
    $('layers').append(...layers.toReversed().map((layer) => section(layer, troubles)));
  for (const { id, on, over } of troubles) {
    const button = document.getElementById(id);
    button.setAttribute('aria-pressed', String(on));
    button.disabled = over;
  }
  for (const { name } of layers)
    $(`layer-${name}`).className = troubles.some((each) => each.on && each.layer === name) ? 'bad' : '';
  const on = troubles.filter((each) => each.on);
  $('state').textContent = on.length === 0 ? 'All is well.' : `In trouble: ${on.map(({ title }) => title).join('; ')}.`;
  $('mend').disabled = on.length === 0;
}

/** How fast the work of the clouds goes; a choice of one. */
function drawClock({ speeds, speed }) {
  const place = $('clock');
  if (place.hidden) place.append(...speeds.map(choiceOf));
  place.hidden = false;
  for (const input of place.querySelectorAll('input')) input.checked = input.value === speed;
}

function choiceOf(speed) {
  const label = element('label', {});
  const input = element('input', { type: 'radio', name: 'speed', value: speed });
  input.addEventListener('change', () => change({ speed }));
  label.append(input, speed);
  return label;
}

function section({ name, about }, troubles) {
  const part = document.createElement('section');
  part.id = `layer-${name}`;
  part.setAttribute('aria-labelledby', `title-${name}`);
  part.append(element('h2', { id: `title-${name}`, textContent: name }), element('p', { textContent: about }));
  part.append(...troubles.filter(({ layer }) => layer === name).map(switchOf));
  return part;
}

function switchOf({ id, title, about }) {
  const button = element('button', { type: 'button', id, title: about });
  button.append(element('b', { textContent: title }), element('small', { textContent: about }));
  button.addEventListener('click', () => change({ id, on: button.getAttribute('aria-pressed') !== 'true' }));
  return button;
}

const element = (name, fields) => Object.assign(document.createElement(name), fields);

async function change(body) {
  $('layers').ariaBusy = true;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('/set', { method: 'POST', headers, body: JSON.stringify(body) });
  $('layers').ariaBusy = null;
  const answer = await response.json();
  if (response.ok) draw(answer);
  else $('state').textContent = `⚠ ${answer.error}`;
}

$('mend').addEventListener('click', () => change({ id: '*', on: false }));
const look = async () => draw(await (await fetch('/state')).json());
// A trouble may go away by itself. An error of a switch stands until the next one is pressed.
setInterval(() => $('state').textContent.startsWith('⚠') || look().catch(() => undefined), LOOK_MS);
await look();
