/** Names of members and channels by id, for references. */
export const names = new Map();

const EMOJI = {
  white_check_mark: '✅', heavy_check_mark: '✔️', x: '❌', warning: '⚠️', hourglass_flowing_sand: '⏳', hourglass: '⌛',
  rocket: '🚀', eyes: '👀', lock: '🔒', no_entry: '⛔', no_entry_sign: '🚫', information_source: 'ℹ️', question: '❓',
  large_green_circle: '🟢', large_yellow_circle: '🟡', red_circle: '🔴', white_circle: '⚪', black_circle: '⚫',
  arrow_right: '➡️', bulb: '💡', gear: '⚙️', tada: '🎉', wrench: '🔧', cloud: '☁️', bell: '🔔', wave: '👋',
}; // prettier-ignore

const DATE = {
  date_num: { dateStyle: 'short' }, date: { dateStyle: 'long' }, date_long: { dateStyle: 'full' },
  date_short: { dateStyle: 'medium' }, date_pretty: { dateStyle: 'long' }, date_short_pretty: { dateStyle: 'medium' },
  date_long_pretty: { dateStyle: 'full' }, time: { timeStyle: 'short' }, time_secs: { timeStyle: 'medium' },
}; // prettier-ignore

/** Safe inside elements and quoted attributes. */
export function escape(text) {
  return String(text ?? '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Slack's three entities are its own escapes: undone first, so that nothing is escaped twice. */
export function plain(text) {
  const bare = String(text ?? '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  return emoji(escape(bare));
}

/** Slack's mrkdwn as HTML. Code and `<...>` references are set aside first; all other text is escaped before it is styled. */
export function mrkdwn(source) {
  const kept = [];
  const keep = (html) => `\uE000${kept.push(html) - 1}\uE001`;
  const text = String(source ?? '')
    .replace(/[\uE000\uE001]/g, '')
    .replace(/```\n?([\s\S]+?)```\n?/g, (_, code) => keep(`<pre>${literal(code)}</pre>`))
    .replace(/`([^`\n]+)`/g, (_, code) => keep(`<code>${literal(code)}</code>`))
    .replace(/<([^<>\n]+)>/g, (_, inner) => keep(reference(inner)));
  const html = plain(text)
    .replace(/(?<![\w*])\*(\S|\S[^\n]*?\S)\*(?![\w*])/g, '<b>$1</b>')
    .replace(/(?<![\w_&#])_(\S|\S[^\n]*?\S)_(?!\w)/g, '<i>$1</i>')
    .replace(/(?<![\w~])~(\S|\S[^\n]*?\S)~(?!\w)/g, '<s>$1</s>')
    .replace(
      /(?:^&#62; ?[^\n]*(?:\n|$))+/gm,
      (lines) => `<blockquote>${lines.replace(/^&#62; ?/gm, '').trimEnd()}</blockquote>`,
    )
    .replaceAll('\n', '<br>');
  return html.replace(/\uE000(\d+)\uE001/g, (_, i) => kept[i]);
}

function literal(code) {
  return escape(
    code
      .replace(/<(?:[^<>|]+\|)?([^<>]+)>/g, '$1')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  );
}

function emoji(html) {
  return html.replace(/:([a-z_]+):/g, (all, name) => EMOJI[name] ?? all);
}

function reference(inner) {
  const [target, label] = [
    inner.replace(/\|[^|]*$/, ''),
    inner.includes('|') ? inner.slice(inner.lastIndexOf('|') + 1) : undefined,
  ];
  const [sign, id] = [target[0], target.slice(1)];
  if (sign === '@') return `<span class="mention">@${plain(names.get(id) ?? label ?? id)}</span>`;
  if (sign === '#') return `<span class="mention">#${plain(names.get(id) ?? label ?? id)}</span>`;
  if (sign === '!') return special(id, label);
  if (!/^(?:https?|mailto):/i.test(target)) return plain(`<${inner}>`);
  const url = escape(target.replaceAll('&amp;', '&'));
  return `<a href="${url}" target="_blank" rel="noreferrer">${plain(label ?? target)}</a>`;
}

function ago(at) {
  const minutes = Math.round((at - Date.now()) / 60_000);
  const [count, unit] = [
    [minutes / 1440, 'day'],
    [minutes / 60, 'hour'],
    [minutes, 'minute'],
  ].find(([n]) => Math.abs(n) >= 1) ?? [0, 'minute'];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
    .format(Math.round(count), unit)
    .replace('this minute', 'just now');
}

function special(id, label) {
  const [kind, seconds, format, link] = id.split('^');
  if (kind !== 'date') return `<span class="mention">@${plain(label ?? kind.split('^')[0])}</span>`;
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return plain(label);
  const shown = format.replace(/\{(\w+)\}/g, (all, name) =>
    name === 'ago' ? ago(at) : DATE[name] ? at.toLocaleString('en', DATE[name]) : all,
  );
  const html = `<time datetime="${at.toISOString()}" title="${escape(at.toString())}">${plain(shown)}</time>`;
  return link && /^https?:/.test(link)
    ? `<a href="${escape(link)}" target="_blank" rel="noreferrer">${html}</a>`
    : html;
}
