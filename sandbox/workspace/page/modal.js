import { content, text } from './blocks.js';
import { escape } from './mrkdwn.js';

const dialog = document.getElementById('modal');
const [form] = dialog.children;
let shown;

/** Draws the modal that the member sees, or takes it away. What was typed stays while the same one is drawn again. */
export function drawModal(view) {
  if (!view?.isOpen) {
    shown = undefined;
    return dialog.close();
  }
  const isNew = shown?.id !== view.id || shown.given !== JSON.stringify(view.given);
  const had = form.contains(document.activeElement) ? document.activeElement.name : undefined;
  if (isNew) {
    const typed = { ...view.filled, ...(shown?.id === view.id ? Object.fromEntries(new FormData(form)) : {}) };
    const { title, submit, close, blocks } = view.given;
    form.innerHTML = `<h2 id="modal-title" tabindex="-1">${text(title)}</h2><p class="trouble" role="alert" data-error=""></p>
      ${blocks.map((b) => block(b, typed[b.block_id])).join('')}
      <menu><button type="button" class="button" data-close>${close ? text(close) : 'Cancel'}</button>
      ${submit ? `<button class="button primary">${text(submit)}</button>` : ''}</menu>`;
  }
  for (const place of form.querySelectorAll('[data-error]')) {
    place.textContent = view.errors[place.dataset.error] ?? '';
    const asked = place.dataset.error && form.elements.namedItem(place.dataset.error);
    if (asked) asked.ariaInvalid = String(place.textContent !== '');
  }
  shown = { id: view.id, given: JSON.stringify(view.given) };
  if (!dialog.open) dialog.showModal();
  const wrong = form.querySelector('[aria-invalid=true]');
  if (isNew || wrong) focus(wrong ?? (had && form.elements.namedItem(had)));
}

/** Where the keyboard was, else at the beginning: a long modal is read from there, also where it asks for something at its end. */
function focus(place) {
  if (place) return place.focus();
  (form.querySelector('[data-input]') ?? form.querySelector('h2')).focus({ preventScroll: true });
  dialog.scrollTop = 0;
}

function block(b, typed) {
  if (b.type !== 'input') return content({ text: '', blocks: [b] });
  const id = escape(b.block_id);
  return `<label for="in-${id}">${text(b.label)}</label>${input(b, typed)}
    ${b.hint ? `<p class="quiet" id="hint-${id}">${text(b.hint)}</p>` : ''}
    <p class="trouble" role="alert" id="error-${id}" data-error="${id}"></p>`;
}

function input({ block_id: id, element, label: called, dispatch_action: tells }, typed) {
  const value = typed ?? element.initial_option?.value ?? element.initial_value ?? '';
  const attributes = `data-input id="in-${escape(id)}" name="${escape(id)}" ${tells ? 'data-tells' : ''}
    aria-describedby="hint-${escape(id)} error-${escape(id)}"`;
  if (element.type === 'static_select') {
    const groups = element.option_groups?.map(
      ({ label, options }) =>
        `<optgroup label="${text(label)}">${options.map((o) => option(o, value)).join('')}</optgroup>`,
    );
    const options = groups ?? element.options.map((o) => option(o, value));
    return `<select ${attributes}><option value=""></option>${options.join('')}</select>`;
  }
  if (element.type === 'external_select') {
    const initial = element.initial_option ? option(element.initial_option, value) : '';
    return `<input type="search" data-search="${escape(id)}" data-least="${Number(element.min_query_length ?? 3)}" aria-label="Search: ${text(called)}" placeholder="Search" autocomplete="off" />
      <select ${attributes}><option value=""></option>${initial}</select>`;
  }
  const most = `maxlength="${Number(element.max_length ?? 3000)}"`;
  if (element.multiline) return `<textarea rows="3" ${attributes} ${most}>${escape(value)}</textarea>`;
  const kind =
    element.type === 'number_input'
      ? `type="number" min="${Number(element.min_value)}" max="${Number(element.max_value)}"`
      : most;
  return `<input ${attributes} ${kind} value="${escape(value)}" autocomplete="off" />`;
}

function option({ text: title, value }, chosen) {
  return `<option value="${escape(value)}" ${value === chosen ? 'selected' : ''}>${text(title)}</option>`;
}

/** Fills a menu with what the app offers for the words in the box before it; late answers to earlier words are dropped. */
async function search(box, send) {
  const { search: where, least } = box.dataset;
  const query = box.value;
  const menu = box.nextElementSibling;
  if (query.length < Number(least) || menu.dataset.asked === query) return;
  menu.dataset.asked = query;
  const { options = [] } = await send('/_suggest', { block: where, query });
  if (box.value !== query) return;
  menu.innerHTML = `<option value="">${options.length} found</option>${options.map((o) => option(o)).join('')}`;
}

/** `send(path, body)` answers for the member on the page. */
export function onModal(send) {
  const dismiss = () => shown && send('/_dismiss', {});
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send('/_submit', { values: JSON.stringify(Object.fromEntries(new FormData(form))) });
  });
  form.addEventListener('change', ({ target: { dataset, name, value } }) => {
    if ('tells' in dataset && value !== '') void send('/_choose', { block: name, value });
  });
  form.addEventListener('input', ({ target }) => 'search' in target.dataset && void search(target, send));
  form.addEventListener('focusin', ({ target }) => 'search' in target.dataset && void search(target, send));
  form.addEventListener('click', ({ target }) => target.closest('[data-close]') && dismiss());
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    void dismiss();
  });
}
