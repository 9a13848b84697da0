import { content, text as drawn } from './blocks.js';
import { composer } from './composer.js';
import { keepingPlace } from './keyboard.js';
import { drawModal, onModal } from './modal.js';
import { escape, mrkdwn, names } from './mrkdwn.js';
import { drawTrouble, onTrouble } from './trouble.js';

const $ = (id) => document.getElementById(id);
const all = { messages: new Map(), channels: [], members: [], commands: [], team: {}, app: {} };
const BUSY_AFTER_MS = 400;
const unread = new Set();
const now = { me: sessionStorage.getItem('me'), channel: undefined, thread: undefined };
let events;

connect();

/** Everything first, then each change; the browser connects again by itself, and gets everything again. */
function connect() {
  events?.close();
  events = new EventSource(`/_events?member=${encodeURIComponent(now.me ?? '')}`);
  events.addEventListener('open', () => ($('link').textContent = ''));
  events.addEventListener('error', () => ($('link').textContent = 'The workspace is not running. Trying again…'));
  events.addEventListener('message', ({ data }) => take(JSON.parse(data)));
}

function take(event) {
  if (event.type === 'all') return takeAll(event);
  if (event.type === 'view') return drawModal(event.view);
  const { message } = event;
  if (event.type === 'deleted') all.messages.delete(message.ts);
  else {
    if (!all.messages.has(message.ts)) tell(message);
    all.messages.set(message.ts, message);
  }
  draw();
}

/** A new message, for those who do not see it: as Slack does, by its text alone. What is edited is not read again. */
function tell(message) {
  if (message.channel !== now.channel.id) unread.add(message.channel);
  if (message.user === now.me) return;
  const said = document.createElement('template');
  said.innerHTML = mrkdwn(message.text);
  const where = all.channels.find(({ id }) => id === message.channel);
  $('heard').textContent = `${authorOf(message)} in ${where.name}${hintOf(message)}: ${said.content.textContent}`;
}

const authorOf = (m) => {
  const member = all.members.find(({ id }) => id === m.user);
  return m.bot_id ? all.app.name : (member?.realName ?? member?.name ?? 'Slackbot');
};
const hintOf = (m) => (m.visible_to ? ', only visible to you' : '');

function takeAll(event) {
  Object.assign(all, event, { messages: new Map(event.messages.map((message) => [message.ts, message])) });
  for (const { id, name } of [...all.members, ...all.channels]) names.set(id, name);
  names.set(all.app.userId, all.app.name);
  if (!all.members.some(({ id }) => id === now.me)) {
    now.me = all.members[0].id;
    return connect();
  }
  const [, channel, thread] = location.hash.match(/^#(\w+)\/?([\d.]*)$/) ?? [];
  now.channel = all.channels.find(({ id }) => id === channel) ?? now.channel ?? all.channels[0];
  now.thread = thread || undefined;
  $('me').innerHTML = all.members
    .map((m) => `<option value="${escape(m.id)}">${escape(m.realName ?? m.name)}</option>`)
    .join('');
  $('me').value = now.me;
  drawModal(event.view);
  drawTrouble(event.faults);
  drawBeside(event.beside);
  draw();
}

/** The other page, where there is one; hidden at first where there is no room for it. */
function drawBeside(beside) {
  if (!beside || $('beside').title) return;
  Object.assign($('beside'), { title: beside.title, src: beside.url });
  const [box, label] = $('besides').children;
  label.textContent = beside.title;
  box.addEventListener('change', () => ($('beside').hidden = !box.checked));
  box.checked = innerWidth > 1000;
  $('beside').hidden = !box.checked;
  $('besides').hidden = false;
}

function draw() {
  $('team').textContent = all.team.name;
  document.title = `#${now.channel.name} – ${all.team.name}`;
  $('channels').innerHTML = all.channels.map(channelLink).join('');
  $('title').textContent = `${sign(now.channel.id)} ${now.channel.name}`;
  $('topic').textContent = now.channel.topic ?? '';
  const here = [...all.messages.values()].filter((m) => m.channel === now.channel.id);
  const isReply = (m) => m.thread_ts && m.thread_ts !== m.ts;
  fill(
    $('log'),
    here.filter((m) => !isReply(m)),
    (m) => here.filter((r) => isReply(r) && r.thread_ts === m.ts),
  );
  $('thread').hidden = !now.thread;
  if (now.thread)
    fill(
      $('replies'),
      here.filter((m) => m.ts === now.thread || m.thread_ts === now.thread),
      () => [],
    );
}

const sign = (id) => (id.startsWith('D') ? '✉' : '#');
function channelLink({ id, name }) {
  const state = id === now.channel.id ? ' aria-current="page"' : unread.has(id) ? ' class="unread"' : '';
  return `<li><a href="#${escape(id)}"${state}>${sign(id)} ${escape(name)}</a></li>`;
}

/** Draws only what changed. */
function fill(log, messages, repliesOf) {
  const wanted = new Map(messages.map((m) => [m.ts, messageHtml(m, repliesOf(m))]));
  for (const node of [...log.children]) if (!wanted.has(node.dataset.ts)) node.remove();
  [...wanted].forEach(([ts, html], i) => {
    let node = log.children[i];
    if (node?.dataset.ts !== ts) {
      node = document.createElement('article');
      node.dataset.ts = ts;
      node.tabIndex = -1;
      log.insertBefore(node, log.children[i] ?? null);
    }
    if (node.drawn === html) return;
    const message = all.messages.get(ts);
    node.className = message.visible_to ? 'only' : '';
    node.ariaLabel = `${authorOf(message)}${hintOf(message)}`;
    keepingPlace(node, () => (node.innerHTML = node.drawn = html));
  });
}

function messageHtml(m, replies) {
  const name = authorOf(m);
  const at = new Date(Number(m.ts) * 1000);
  const time = `<time datetime="${at.toISOString()}" title="${escape(at.toLocaleString())}">${at.toLocaleTimeString('en', { timeStyle: 'short' })}</time>`;
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  const isRoot = now.thread !== m.ts && !m.visible_to && (!m.thread_ts || m.thread_ts === m.ts);
  const href = `href="#${escape(m.channel)}/${m.ts}"`;
  return `<div class="face ${m.bot_id ? 'app' : ''}" aria-hidden="true">${escape(name[0])}</div><div class="body">
    <p class="by"><b>${escape(name)}</b>${m.bot_id ? '<span class="badge">APP</span>' : ''}<small>${time}${m.visible_to ? ' · Only visible to you' : ''}</small>${m.pinned_to?.length > 0 ? '<small class="pin">📌 Pinned</small>' : ''}${isRoot ? `<a class="reply" ${href}>Reply in thread</a>` : ''}</p>
    <div class="content">${content(m)}${m.edited ? '<small>(edited)</small>' : ''}</div><p class="trouble" role="alert"></p>
    ${replies.length > 0 ? `<a class="replies" ${href}>${count}</a>` : ''}</div>`;
}

async function send(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

async function press(button) {
  if (button.dataset.confirm && !(await confirmed(JSON.parse(button.dataset.confirm)))) return;
  const article = button.closest('article');
  button.ariaBusy = true;
  const { action, block } = button.dataset;
  const answer = await send('/_click', {
    member: now.me,
    channel: now.channel.id,
    ts: article.dataset.ts,
    action,
    block,
  });
  button.ariaBusy = null;
  article.querySelector('.trouble').textContent = answer.ok
    ? ''
    : `⚠ The app did not take the click (${answer.error}).`;
}

function confirmed({ title, text, confirm, deny, style }) {
  const dialog = $('confirm');
  const [no, yes] = dialog.querySelectorAll('button');
  dialog.querySelector('h2').innerHTML = drawn(title);
  dialog.querySelector('p').innerHTML = drawn(text);
  [no.textContent, yes.textContent] = [deny?.text ?? 'Cancel', confirm?.text ?? 'Yes'];
  yes.className = `button ${style ?? 'primary'}`;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }),
  );
}

document.addEventListener('click', (event) => {
  const picture = event.target.closest('[data-picture]');
  const button = event.target.closest('[data-action]');
  if (button) void press(button);
  if (!picture) return;
  const viewer = $('viewer');
  Object.assign(viewer.querySelector('img'), { src: picture.dataset.picture, alt: picture.firstElementChild.alt });
  viewer.querySelector('a').href = picture.dataset.picture;
  viewer.showModal();
});
$('viewer').addEventListener('click', (event) => event.target.tagName !== 'IMG' && event.currentTarget.close());
$('close').addEventListener('click', () => (location.hash = now.channel.id));
$('me').addEventListener('change', ({ target }) => {
  sessionStorage.setItem('me', (now.me = target.value));
  connect();
});
addEventListener('hashchange', () => {
  const [, channel, thread] = location.hash.match(/^#(\w+)\/?([\d.]*)$/) ?? [];
  const found = all.channels.find(({ id }) => id === channel);
  if (!found) return;
  Object.assign(now, { channel: found, thread: thread || undefined });
  unread.delete(channel);
  draw();
  $(now.thread ? 'answer' : 'compose')
    .querySelector('textarea')
    .focus();
});
addEventListener(
  'keydown',
  ({ key }) => key === 'Escape' && now.thread && !document.querySelector('dialog[open]') && $('close').click(),
);

onTrouble(send);
onModal((path, body) => send(path, { member: now.me, ...body }));
/** Says what the app has not answered yet, when that is long enough to wonder. */
const say = (thread) => async (text) => {
  const waits = setTimeout(() => ($('busy').textContent = `${all.app.name} is thinking about ${text}`), BUSY_AFTER_MS);
  await send('/_type', { member: now.me, channel: now.channel.id, thread, text });
  clearTimeout(waits);
  $('busy').textContent = '';
};
composer($('compose'), () => ({ placeholder: 'Message, or / for commands', commands: all.commands, send: say() }));
composer($('answer'), () => ({ placeholder: 'Reply…', commands: [], send: say(now.thread) }));
