import { escape, markdown, mrkdwn, plain } from './mrkdwn.js';

const text = (object) => (object?.type === 'mrkdwn' ? mrkdwn(object.text) : plain(object?.text));
const MARK = {
  pending: ['○', 'waiting'],
  in_progress: ['◐', 'running'],
  complete: ['✓', 'done'],
  error: ['✕', 'failed'],
};

const DRAW = {
  section: (b) =>
    `<div class="section"><div>${b.text ? `<p>${text(b.text)}</p>` : ''}${b.fields ? `<div class="fields">${b.fields.map((f) => `<p>${text(f)}</p>`).join('')}</div>` : ''}</div>${b.accessory ? element(b.accessory, b) : ''}</div>`,
  header: (b) => `<h3>${plain(b.text.text)}</h3>`,
  divider: () => '<hr>',
  context: (b) =>
    `<p class="context">${b.elements.map((e) => (e.type === 'image' ? picture(e) : text(e))).join('<span> </span>')}</p>`,
  actions: (b) => `<div class="actions">${b.elements.map((e) => element(e, b)).join('')}</div>`,
  image: (b) => `<figure>${b.title ? `<figcaption>${plain(b.title.text)}</figcaption>` : ''}${picture(b)}</figure>`,
  markdown: (b) => `<p>${markdown(b.text)}</p>`,
  rich_text: (b) => b.elements.map(rich).join(''),
  table: (b) =>
    `<div class="scroll" tabindex="0"><table>${b.rows.map((row, i) => `<tr>${row.map((c, x) => cell(c, i, b.column_settings?.[x])).join('')}</tr>`).join('')}</table></div>`,
  plan: (b) => `<div class="plan"><h4>${plain(b.title)}</h4>${(b.tasks ?? []).map(task).join('')}</div>`,
  task_card: (b) => `<div class="plan">${task(b)}</div>`,
};

/** A message's content as HTML; a block that is not known shows the message's text. */
export function content(message) {
  const known = message.blocks?.every((block) => DRAW[block.type]);
  const body = known
    ? message.blocks.map((b) => DRAW[b.type](b)).join('')
    : message.text
      ? `<p>${mrkdwn(message.text)}</p>`
      : '';
  return body + (message.files ?? []).map(fileCard).join('');
}

function fileCard(file) {
  const shown = file.mimetype.startsWith('image/');
  const inner = shown
    ? picture({ slack_file: { id: file.id }, alt_text: file.title })
    : `<a class="file" href="/files/${escape(file.id)}" target="_blank">${escape(file.title)}</a>`;
  return `<figure><figcaption>${escape(file.title)}</figcaption>${inner}</figure>`;
}

function picture({ slack_file: file, image_url: url, alt_text: alt }) {
  if (!file)
    return `<a href="${/^https?:/.test(url) ? escape(url) : '#'}" target="_blank" rel="noreferrer">${escape(alt)}</a>`;
  return `<button type="button" class="picture" data-picture="/files/${escape(file.id)}"><img src="/files/${escape(file.id)}" alt="${escape(alt)}"></button>`;
}

function element(e, block) {
  if (e.type === 'image') return picture(e);
  if (e.type !== 'button') return `<em class="unknown">${escape(e.type)}</em>`;
  if (e.url)
    return `<a class="button" href="${/^https?:/.test(e.url) ? escape(e.url) : '#'}" target="_blank" rel="noreferrer">${plain(e.text.text)}</a>`;
  const confirm = e.confirm ? ` data-confirm="${escape(JSON.stringify(e.confirm))}"` : '';
  const label = e.accessibility_label ? ` aria-label="${escape(e.accessibility_label)}"` : '';
  return `<button type="button" class="${escape(e.style)}" data-action="${escape(e.action_id)}" data-block="${escape(block.block_id)}"${confirm}${label}>${plain(e.text.text)}</button>`;
}

function cell(c, row, settings) {
  const tag = row === 0 ? 'th' : 'td';
  const html = c.type === 'rich_text' ? DRAW.rich_text(c) : plain(c.text ?? c.value);
  return `<${tag} class="${escape(settings?.align)} ${settings?.is_wrapped ? 'wrap' : ''}">${html}</${tag}>`;
}

function task(t) {
  const [mark, word] = MARK[t.status] ?? MARK.pending;
  const more = [t.details, t.output]
    .filter(Boolean)
    .map((part) => `<div class="more">${DRAW.rich_text(part)}</div>`)
    .join('');
  return `<div class="task ${escape(t.status)}"><span role="img" aria-label="${word}">${mark}</span><div>${plain(t.title)}${more}</div></div>`;
}

function rich(e) {
  const inner = (e.elements ?? []).map((part) => (part.elements ? rich(part) : run(part))).join('');
  if (e.type === 'rich_text_list')
    return `<${e.style === 'ordered' ? 'ol' : 'ul'}>${e.elements.map((item) => `<li>${rich(item)}</li>`).join('')}</${e.style === 'ordered' ? 'ol' : 'ul'}>`;
  if (e.type === 'rich_text_preformatted') return `<pre>${inner}</pre>`;
  if (e.type === 'rich_text_quote') return `<blockquote>${inner}</blockquote>`;
  return `<span class="lines">${inner}</span>`;
}

function run(e) {
  if (e.type === 'link') return mrkdwn(`<${e.url}|${e.text ?? e.url}>`);
  if (e.type === 'user') return mrkdwn(`<@${e.user_id}>`);
  if (e.type === 'channel') return mrkdwn(`<#${e.channel_id}>`);
  if (e.type === 'emoji') return plain(`:${e.name}:`);
  const tags = [
    ['bold', 'b'],
    ['italic', 'i'],
    ['strike', 's'],
    ['code', 'code'],
  ].filter(([style]) => e.style?.[style]);
  return tags.reduce((html, [, tag]) => `<${tag}>${html}</${tag}>`, escape(e.text));
}
