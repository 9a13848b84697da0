import { escape, mrkdwn, plain } from './mrkdwn.js';

/** A text object as HTML. */
export const text = (object) => (object?.type === 'mrkdwn' ? mrkdwn(object.text) : plain(object?.text));

const TASK = {
  pending: ['·', 'to do'],
  in_progress: ['▸', 'under way'],
  complete: ['✓', 'done'],
  error: ['✗', 'failed'],
};

const DRAW = {
  section: (b) =>
    `<div class="section"><div>${isLong(b) ? `<div class="long">${SEE_MORE}<div>${text(b.text)}</div></div>` : text(b.text)}${b.fields ? `<div class="fields">${b.fields.map((f) => `<div>${text(f)}</div>`).join('')}</div>` : ''}</div>${b.accessory ? element(b.accessory, b) : ''}</div>`,
  // Folded at first; a change leaves it open when it keeps its block_id: https://github.com/slackapi/node-slack-sdk/issues/2701
  plan: (b) =>
    `<details class="plan"${b.block_id ? ` data-fold="${escape(b.block_id)}"` : ''}><summary>${plain(b.title)}</summary><ol>${(b.tasks ?? []).map((t) => `<li>${task(t)}</li>`).join('')}</ol></details>`,
  task_card: (b) => `<div class="plan">${task(b)}</div>`,
  rich_text: (b) => `<div>${richText(b)}</div>`,
  header: (b) => `<h3>${plain(b.text.text)}</h3>`,
  divider: () => '<hr>',
  context: (b) =>
    `<div class="context quiet">${b.elements.map((e) => `<span>${e.type === 'image' ? picture(e) : text(e)}</span>`).join('')}</div>`,
  actions: (b) => `<div class="actions">${b.elements.map((e) => element(e, b)).join('')}</div>`,
  image: (b) =>
    `<figure>${b.title ? `<figcaption class="quiet">${plain(b.title.text)}</figcaption>` : ''}${picture(b)}</figure>`,
};

const SEE_MORE =
  '<details><summary><span class="closed">See more</span><span class="opened">See less</span></summary></details>';
const LONG = { characters: 700, lines: 5 };
/**
 * Slack "may" fold a section that does not say `expand`; from which length, it tells of attachments alone.
 * https://docs.slack.dev/reference/block-kit/blocks/section-block
 * https://api.slack.com/reference/messaging/attachments
 */
function isLong({ expand, text: object }) {
  const said = object?.text ?? '';
  return !expand && (said.length >= LONG.characters || said.split('\n').length > LONG.lines);
}

function task({ title, status, details, output }) {
  const [mark, word] = TASK[status] ?? TASK.pending;
  const more = [details, output].filter(Boolean).map((each) => `<div class="quiet">${richText(each)}</div>`);
  return `<span role="img" aria-label="${word}">${mark}</span> <span class="${escape(status)}">${plain(title)}</span>${more.join('')}`;
}

/** Its texts, one line an element. */
function richText({ elements }) {
  return elements.map((each) => each.elements.map((part) => plain(part.text ?? part.url)).join('')).join('<br>');
}

/** A message's content as HTML; a block that is not known shows the message's text. */
export function content(message) {
  const blocks = message.blocks ?? [];
  const isKnown = blocks.length > 0 && blocks.every((block) => DRAW[block.type]);
  const body = isKnown ? blocks.map((b) => DRAW[b.type](b)).join('') : `<div>${mrkdwn(message.text)}</div>`;
  return body + (message.files ?? []).map(fileCard).join('');
}

function fileCard({ id, title, mimetype }) {
  if (!mimetype.startsWith('image/')) return `<p>${link(`/files/${id}`, escape(title))}</p>`;
  return DRAW.image({ slack_file: { id }, alt_text: title, title: { text: title } });
}

function picture({ slack_file: file, image_url: url, alt_text: alt }) {
  if (!file) return link(url, escape(alt));
  const address = `/files/${escape(file.id)}`;
  return `<button type="button" class="picture" data-picture="${address}"><img src="${address}" alt="${escape(alt)}"></button>`;
}

function element(e, block) {
  if (e.type === 'image') return picture(e);
  if (e.type !== 'button') return `<em>${escape(e.type)}</em>`;
  if (e.url) return link(e.url, plain(e.text.text), 'button');
  const confirm = e.confirm ? ` data-confirm="${escape(JSON.stringify(e.confirm))}"` : '';
  const label = e.accessibility_label ? ` aria-label="${escape(e.accessibility_label)}"` : '';
  return `<button type="button" class="button ${escape(e.style)}" data-action="${escape(e.action_id)}" data-block="${escape(block.block_id)}"${confirm}${label}>${plain(e.text.text)}</button>`;
}

/** Only to the web or to files of ours. */
function link(url, html, name = '') {
  const safe = /^(?:https?:\/)?\//.test(url) ? escape(url) : '#';
  return `<a class="${name}" href="${safe}" target="_blank" rel="noreferrer">${html}</a>`;
}
