import { content, text as drawn } from './blocks.js';
import { composer } from './composer.js';
import { keepingPlace } from './keyboard.js';
import { drawModal, onModal } from './modal.js';
import { escape, mrkdwn, names } from './mrkdwn.js';
import { drawTrouble, onTrouble } from './trouble.js';

const $ = (id) => document.getElementById(id);
const all = { messages: new Map(), channels: [], members: [], commands: [], shortcuts: [], team: {}, app: {} };
const BUSY_AFTER_MS = 400;
const unread = new Set();
const now = { me: sessionStorage.getItem('me'), channel: undefined, thread: undefined, isHome: false };
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
  if (event.type === 'home') {
    all.home = event.home;
    return drawHome();
  }
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
  now.isHome = channel === 'home';
  all.home = event.home;
  $('me').innerHTML = all.members
    .map((m) => `<option value="${escape(m.id)}">${escape(m.realName ?? m.name)}</option>`)
    .join('');
  $('me').value = now.me;
  drawModal(event.view);
  drawTrouble(event.faults);
  drawBeside(event.beside);
  draw();
  arrive();
}

/** Tells the app that somebody comes to a tab of it. */
function arrive() {
  if (now.isHome || now.channel.id.startsWith('D'))
    void send('/_open', { member: now.me, tab: now.isHome ? 'home' : 'messages' });
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
  const isApp = now.isHome || now.channel.id.startsWith('D');
  document.title = `${now.isHome ? all.app.name : `#${now.channel.name}`} – ${all.team.name}`;
  $('channels').innerHTML = all.channels.map(channelLink).join('');
  $('apps').innerHTML =
    `<li><a href="#home"${now.isHome ? ' aria-current="page"' : ''}>◆ ${escape(all.app.name)}</a></li>`;
  $('title').textContent = now.isHome ? all.app.name : `${sign(now.channel.id)} ${now.channel.name}`;
  $('topic').textContent = now.isHome ? '' : (now.channel.topic ?? '');
  $('topic').hidden = $('topic').textContent === '';
  $('tabs').hidden = !isApp;
  const direct = all.channels.find(({ id }) => id.startsWith('D'));
  $('tabs').innerHTML = [
    ['home', 'Home', now.isHome],
    [direct?.id, 'Messages', !now.isHome],
  ]
    .map(([to, name, is]) => `<li><a href="#${escape(to)}"${is ? ' aria-current="true"' : ''}>${name}</a></li>`)
    .join('');
  for (const id of ['messages', 'compose']) $(id).hidden = now.isHome;
  drawStart();
  $('home').hidden = !now.isHome;
  drawHome();
  const here = [...all.messages.values()].filter((m) => m.channel === now.channel.id);
  const isReply = (m) => m.thread_ts && m.thread_ts !== m.ts;
  fill(
    $('log'),
    here.filter((m) => !isReply(m)),
    // What one person alone sees is no reply.
    (m) => here.filter((r) => isReply(r) && !r.visible_to && r.thread_ts === m.ts),
  );
  $('thread').hidden = !now.thread;
  if (now.thread)
    fill(
      $('replies'),
      here.filter((m) => m.ts === now.thread || m.thread_ts === now.thread),
      () => [],
    );
}

/** The beginning of a channel, with what somebody new can try there. */
function drawStart() {
  const { id, name, tries = [] } = now.channel;
  if ($('start').dataset.channel === id) return;
  $('start').dataset.channel = id;
  $('start').hidden = tries.length === 0;
  const items = tries.map(
    ([text, shows]) =>
      `<li><button type="button" class="button" data-try="${escape(text)}">${escape(text)}</button> <span class="quiet">${escape(shows)}</span></li>`,
  );
  $('start').innerHTML = `<h3>${sign(id)} ${escape(name)} begins here. Try:</h3><ul>${items.join('')}</ul>`;
}

/** What the app published for this member; the keyboard's place stays. */
function drawHome() {
  const blocks = all.home?.given.blocks;
  const html = blocks
    ? content({ text: '', blocks })
    : `<p class="quiet">${escape(all.app.name)} has published nothing here yet.</p>`;
  if ($('home').drawn === html) return;
  const had = $('home').contains(document.activeElement) && document.activeElement.dataset;
  $('home').drawn = html;
  $('home').innerHTML = `<div class="content">${html}</div><p class="trouble" role="alert"></p>`;
  if (had) focusHome(had);
}

/** The button that was there before, else the page. */
function focusHome({ action = '', block = '' }) {
  const same = `[data-action="${CSS.escape(action)}"][data-block="${CSS.escape(block)}"]`;
  ($('home').querySelector(same) ?? $('home')).focus();
}

const sign = (id) => (id.startsWith('D') ? '✉' : '#');
function channelLink({ id, name }) {
  const state = id === now.channel.id && !now.isHome ? ' aria-current="page"' : unread.has(id) ? ' class="unread"' : '';
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
  const more = m.visible_to
    ? ''
    : all.shortcuts.map(
        (entry) =>
          `<button type="button" class="button" data-shortcut="${escape(entry.id)}">${escape(entry.name)}</button>`,
      );
  const href = `href="#${escape(m.channel)}/${m.ts}"`;
  return `<div class="face ${m.bot_id ? 'app' : ''}" aria-hidden="true">${escape(name[0])}</div><div class="body">
    <div class="by"><b>${escape(name)}</b>${m.bot_id ? '<span class="badge">APP</span>' : ''}<small>${time}${m.visible_to ? ' · Only visible to you' : ''}</small>${m.pinned_to?.length > 0 ? '<small class="pin">Pinned to this channel</small>' : ''}${isRoot ? `<a class="reply" ${href}>Reply in thread</a>` : ''}${more.length > 0 ? `<details class="more"><summary aria-label="More actions">⋯</summary>${more.join('')}</details>` : ''}</div>
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
  const { action, block, shortcut } = button.dataset;
  const dialog = button.closest('dialog');
  if (!article && !dialog) now.pressed = { action, block };
  const where = article && { channel: now.channel.id, ts: article.dataset.ts };
  const path = shortcut ? '/_shortcut' : article ? '/_click' : dialog ? '/_pressModal' : '/_press';
  const answer = await send(path, { member: now.me, action, block, shortcut, ...where });
  button.ariaBusy = null;
  if (shortcut) button.parentElement.open = false;
  (article ?? dialog ?? $('home')).querySelector('.trouble').textContent = answer.ok
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
  const button = event.target.closest('[data-action], [data-shortcut]');
  const [, channel, ts] = event.target.closest('a[href*="/archives/"]')?.href.match(/\/archives\/(\w+)\/p(\d+)$/) ?? [];
  if (button) void press(button);
  const tried = event.target.closest('[data-try]');
  if (tried) $('compose').write(tried.dataset.try);
  if (ts) {
    event.preventDefault();
    location.hash = `${channel}/${ts.slice(0, -6)}.${ts.slice(-6)}`;
  }
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
/** A dialog gives the keyboard back to what opened it, which may have been drawn anew meanwhile. */
document.addEventListener(
  'close',
  () => now.isHome && !$('home').contains(document.activeElement) && focusHome(now.pressed ?? {}),
  true,
);
addEventListener('hashchange', () => {
  const [, channel, thread] = location.hash.match(/^#(\w+)\/?([\d.]*)$/) ?? [];
  const found = channel === 'home' ? now.channel : all.channels.find(({ id }) => id === channel);
  if (!found) return;
  Object.assign(now, { channel: found, thread: thread || undefined, isHome: channel === 'home' });
  unread.delete(channel);
  draw();
  arrive();
  if (now.isHome) return $('home').focus();
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
