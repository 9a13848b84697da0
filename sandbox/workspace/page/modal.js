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
  if (isNew) {
    const { title, submit, close, blocks } = view.given;
    form.innerHTML = `<h2 id="modal-title">${text(title)}</h2><p class="trouble" role="alert" data-error=""></p>
      ${blocks.map(block).join('')}
      <menu><button type="button" class="button" data-close>${close ? text(close) : 'Cancel'}</button>
      ${submit ? `<button class="button primary">${text(submit)}</button>` : ''}</menu>`;
  }
  for (const place of form.querySelectorAll('[data-error]')) {
    place.textContent = view.errors[place.dataset.error] ?? '';
    const input = place.dataset.error && form.elements.namedItem(place.dataset.error);
    if (input) input.ariaInvalid = String(place.textContent !== '');
  }
  shown = { id: view.id, given: JSON.stringify(view.given) };
  if (!dialog.open) dialog.showModal();
  form.querySelector('[aria-invalid=true], [data-input]')?.focus();
}

function block(b) {
  if (b.type !== 'input') return content({ text: '', blocks: [b] });
  const { multiline, initial_value: initial = '', max_length: most = 3000 } = b.element;
  const attributes = `data-input id="in-${escape(b.block_id)}" name="${escape(b.block_id)}" maxlength="${Number(most)}"
    aria-describedby="error-${escape(b.block_id)}"`;
  const input = multiline
    ? `<textarea rows="3" ${attributes}>${escape(initial)}</textarea>`
    : `<input ${attributes} value="${escape(initial)}" autocomplete="off" />`;
  return `<label for="in-${escape(b.block_id)}">${text(b.label)}</label>${input}
    <p class="trouble" role="alert" id="error-${escape(b.block_id)}" data-error="${escape(b.block_id)}"></p>`;
}

/** `send(path, body)` answers for the member on the page. */
export function onModal(send) {
  const dismiss = () => shown && send('/_dismiss', {});
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send('/_submit', { values: JSON.stringify(Object.fromEntries(new FormData(form))) });
  });
  form.addEventListener('click', ({ target }) => target.closest('[data-close]') && dismiss());
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    void dismiss();
  });
}
