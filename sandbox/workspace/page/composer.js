import { escape } from './mrkdwn.js';

/** A box that sends on Enter, offers the app's commands after a slash, and remembers what was sent. */
export function composer(form, where) {
  const list = `${form.id}-commands`;
  form.innerHTML = `<ul id="${list}" role="listbox" aria-label="Commands" hidden></ul><textarea rows="1" role="combobox" aria-expanded="false" aria-autocomplete="list" aria-controls="${list}" aria-label="${where().placeholder}" placeholder="${where().placeholder}"></textarea><button class="button primary" aria-label="Send">➤</button>`;
  const [menu, box] = form.children;
  const sent = [];
  let [chosen, back] = [0, 0];
  const offered = () =>
    /^\/\S*$/.test(box.value) ? where().commands.filter((c) => c.command.startsWith(box.value)) : [];

  function offer() {
    const found = offered();
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    menu.hidden = found.length === 0;
    box.setAttribute('aria-expanded', String(!menu.hidden));
    if (menu.hidden) box.removeAttribute('aria-activedescendant');
    else box.setAttribute('aria-activedescendant', `${list}-${chosen}`);
    menu.innerHTML = found
      .map(
        (c, i) =>
          `<li id="${list}-${i}" role="option" aria-selected="${i === chosen}" data-i="${i}"><b>${escape(c.command)}</b> <code>${escape(c.usageHint)}</code><span>${escape(c.description)}</span></li>`,
      )
      .join('');
    box.rows = Math.min(8, box.value.split('\n').length);
  }
  function complete() {
    box.value = `${offered()[chosen].command} `;
    offer();
    box.focus();
  }
  form.write = (text) => {
    box.value = text;
    offer();
    box.focus();
  };
  menu.addEventListener('mousedown', (event) => {
    event.preventDefault();
    chosen = Number(event.target.closest('li').dataset.i);
    complete();
  });
  box.addEventListener('input', () => ((chosen = 0), offer()));
  box.addEventListener('blur', () => (menu.hidden = true));
  box.addEventListener('keydown', (event) => {
    const { key } = event;
    const found = offered();
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const partly = found.length > 0 && !found.some((c) => c.command === box.value);
    if (step && found.length > 0) chosen = (chosen + step + found.length) % found.length;
    else if (key === 'Tab' && found.length > 0) complete();
    else if (key === 'Enter' && partly && !event.shiftKey) complete();
    else if (key === 'Enter' && !event.shiftKey && !event.isComposing) form.requestSubmit();
    else if (key === 'ArrowUp' && (box.value === '' || box.value === sent.at(-back)) && sent.length > back)
      box.value = sent.at(-++back);
    else return;
    event.preventDefault();
    offer();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (text === '') return;
    sent.push(text);
    [box.value, back] = ['', 0];
    offer();
    where().send(text);
  });
}
