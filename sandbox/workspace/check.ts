import { isDeepStrictEqual } from 'node:util';
import { word } from './args.ts';
import { LIMITS, Refusal, type Limit } from './limits.ts';
import type { Block } from './state.ts';

type Json = Readonly<Record<string, unknown>>;
/** Tells whether an uploaded file can be shown yet. */
export type FileReady = (id: string) => boolean;

const TYPES = new Set(
  (
    'actions alert card carousel container context context_actions data_table data_visualization divider file header ' +
    'image markdown plan rich_text section table task_card video'
  ).split(' '),
);

/** Holds a message to Slack's limits. @throws Refusal with the error that Slack would answer */
export function checkMessage(
  { text, blocks = [] }: { readonly text: string; readonly blocks?: readonly Block[] },
  ready: FileReady,
  limit?: Limit,
): void {
  if (limit) within(limit, text.length, '/text');
  within(LIMITS.blocks, blocks.length, '/blocks');
  blocks.forEach((block, i) => checkBlock(block, `/blocks/${i}`, ready));
  within(LIMITS.tables, blocks.filter(({ type }) => type === 'table').length, '/blocks');
  const ids = blocks.flatMap((block) => block.block_id ?? []);
  if (new Set(ids).size < ids.length) invalid('block_id must be unique', '/blocks');
  within(LIMITS.blockTextSum, textLength(blocks), '/blocks');
}

/** Holds a modal to Slack's limits. @throws Refusal as `views.open` answers it */
export function checkView(view: Json): void {
  if (view['type'] !== 'modal')
    throw new Refusal('invalid_arguments', '[ERROR] unsupported type [json-pointer:/view/type]');
  checkText(view['title'], LIMITS.viewTitle, { at: '/view/title', plain: true });
  for (const name of ['submit', 'close']) {
    if (view[name] !== undefined) checkText(view[name], LIMITS.viewTitle, { at: `/view/${name}`, plain: true });
  }
  const blocks = checkBlocks(view);
  const asks = blocks.some(({ type }) => type === 'input');
  if (asks && view['submit'] === undefined) invalid('missing required field: submit', '/view');
}

/** Holds an App Home to Slack's limits; inputs may stand in it without a button that submits. @throws Refusal as `views.publish` answers it */
export function checkHome(view: Json): void {
  if (view['type'] !== 'home')
    throw new Refusal('invalid_arguments', '[ERROR] unsupported type [json-pointer:/view/type]');
  within(LIMITS.viewBytes, Buffer.byteLength(JSON.stringify(view)), '/view');
  checkBlocks(view);
}

/** What every view must be. */
function checkBlocks(view: Json): readonly Block[] {
  within(LIMITS.viewId, word(view['callback_id']).length, '/view/callback_id');
  within(LIMITS.viewMetadata, word(view['private_metadata']).length, '/view/private_metadata');
  const blocks = list(view['blocks'], '/view/blocks') as readonly Block[];
  within(LIMITS.viewBlocks, blocks.length, '/view/blocks');
  blocks.forEach((block, i) => {
    const at = `/view/blocks/${i}`;
    if (block.type !== 'input') return checkBlock(block, at, () => true);
    checkText(block['label'], LIMITS.fieldText, { at: `${at}/label`, plain: true });
    if (block['hint'] !== undefined) checkText(block['hint'], LIMITS.fieldText, { at: `${at}/hint`, plain: true });
    within(LIMITS.id, (block.block_id ?? '').length, `${at}/block_id`);
    checkInput((block['element'] ?? {}) as Json, `${at}/element`);
  });
  const ids = blocks.flatMap((block) => block.block_id ?? []);
  if (new Set(ids).size < ids.length) invalid('block_id must be unique', '/view/blocks');
  return blocks;
}

/** The inputs that are drawn here; Slack knows others. */
function checkInput(element: Json, at: string): void {
  const type = word(element['type']);
  if (type === 'plain_text_input' || type === 'number_input') return;
  if (type === 'external_select') return checkExternal(element, at);
  if (type !== 'static_select') invalid(`unsupported type: ${type}`, at);
  const options = checkOptions(element, at);
  const initial = element['initial_option'];
  if (initial !== undefined && !options.some((option) => isDeepStrictEqual(option, initial))) {
    invalid('initial_option must be one of the options', at);
  }
}

/** Its options come when somebody asks for them. */
function checkExternal(element: Json, at: string): void {
  if (element['options'] !== undefined || element['option_groups'] !== undefined) invalid('unsupported: options', at);
  const initial = element['initial_option'];
  if (initial !== undefined) checkOptions({ options: [initial] }, at);
}

/** The options of a menu, in groups or not. @throws Refusal when they break a limit */
export function checkOptions(element: Json, at: string): readonly Json[] {
  const groups = (element['option_groups'] ?? [element]) as readonly Json[];
  within(LIMITS.options, groups.length, `${at}/option_groups`);
  const options = groups.flatMap((group) => {
    const own = list(group['options'], `${at}/options`);
    if (own.length === 0) invalid('must have at least 1 item', `${at}/options`);
    within(LIMITS.options, own.length, `${at}/options`);
    if (group !== element) checkText(group['label'], LIMITS.optionText, { at: `${at}/label`, plain: true });
    return own;
  });
  for (const option of options) {
    checkText(option['text'], LIMITS.optionText, { at: `${at}/text`, plain: true });
    within(LIMITS.optionValue, word(option['value']).length, `${at}/value`);
  }
  return options;
}

function checkBlock(block: Block, at: string, ready: FileReady): void {
  if (!TYPES.has(block?.type)) invalid(`unsupported type: ${word(block?.type)}`, at);
  within(LIMITS.id, (block.block_id ?? '').length, `${at}/block_id`);
  if (block.type === 'section') checkSection(block, at, ready);
  if (block.type === 'header') checkText(block['text'], LIMITS.headerText, { at: `${at}/text`, plain: true });
  if (block.type === 'actions') checkElements(block, LIMITS.actionsElements, { at, ready });
  if (block.type === 'context') checkElements(block, LIMITS.contextElements, { at, ready });
  if (block.type === 'image') checkImage(block, at, ready);
  if (block.type === 'plan') checkPlan(block, at);
  if (block.type === 'task_card') checkTask(block, at);
  if (block.type === 'rich_text') checkRichText(block, at);
  if (block.type === 'table') checkTable(block, at);
}

function checkTable(table: Json, at: string): void {
  const rows = list(table['rows'], `${at}/rows`);
  within(LIMITS.tableRows, rows.length, `${at}/rows`);
  rows.forEach((row, i) => within(LIMITS.tableCells, list(row, `${at}/rows/${i}`).length, `${at}/rows/${i}`));
}

function checkSection(block: Block, at: string, ready: FileReady): void {
  const fields = list(block['fields'] ?? [], at);
  if (block['text'] === undefined && fields.length === 0) invalid('missing required field: text', at);
  if (block['text'] !== undefined) checkText(block['text'], LIMITS.sectionText, { at: `${at}/text` });
  within(LIMITS.sectionFields, fields.length, `${at}/fields`);
  fields.forEach((field, i) => checkText(field, LIMITS.fieldText, { at: `${at}/fields/${i}` }));
  if (block['accessory'] !== undefined) checkElement(block['accessory'] as Json, `${at}/accessory`, ready);
}

/** @see https://docs.slack.dev/reference/block-kit/blocks/plan-block */
function checkPlan(plan: Json, at: string): void {
  if (word(plan['title']) === '') invalid('missing required field: title', at);
  list(plan['tasks'] ?? [], `${at}/tasks`).forEach((task, i) => checkTask(task, `${at}/tasks/${i}`));
}

const TASK_STATES = new Set<unknown>([undefined, 'pending', 'in_progress', 'complete', 'error']);

/** @see https://docs.slack.dev/reference/block-kit/blocks/task-card-block */
function checkTask(task: Json, at: string): void {
  for (const name of ['task_id', 'title']) {
    if (typeof task[name] !== 'string' || task[name] === '') invalid(`missing required field: ${name}`, at);
  }
  if (!TASK_STATES.has(task['status'])) invalid('must be one of pending, in_progress, complete, error', `${at}/status`);
  for (const name of ['details', 'output']) {
    if (task[name] !== undefined) checkRichText(task[name] as Json, `${at}/${name}`);
  }
}

/** @see https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
function checkRichText(text: Json, at: string): void {
  if (text['type'] !== 'rich_text') invalid('must be a rich_text', at);
  list(text['elements'], `${at}/elements`).forEach((element, i) => {
    const inside = `${at}/elements/${i}`;
    if (!word(element['type']).startsWith('rich_text_')) invalid(`unsupported type: ${word(element['type'])}`, inside);
    if (list(element['elements'], inside).length === 0) invalid('must have at least 1 item', inside);
  });
}

function checkElements(block: Block, limit: Limit, where: { at: string; ready: FileReady }): void {
  const elements = list(block['elements'], where.at);
  if (elements.length === 0) invalid('must have at least 1 item', `${where.at}/elements`);
  within(limit, elements.length, `${where.at}/elements`);
  elements.forEach((element, i) => checkElement(element, `${where.at}/elements/${i}`, where.ready));
  const ids = elements.flatMap((element) => element['action_id'] ?? []);
  if (new Set(ids).size < ids.length) invalid('action_id must be unique', `${where.at}/elements`);
}

function checkElement(element: Json, at: string, ready: FileReady): void {
  within(LIMITS.id, word(element['action_id']).length, `${at}/action_id`);
  if (element['type'] === 'image') checkImage(element, at, ready);
  if (element['type'] === 'mrkdwn' || element['type'] === 'plain_text') checkText(element, LIMITS.sectionText, { at });
  if (element['type'] !== 'button') return;
  checkText(element['text'], LIMITS.buttonText, { at: `${at}/text`, plain: true });
  within(LIMITS.buttonValue, word(element['value']).length, `${at}/value`);
  within(LIMITS.buttonLabel, word(element['accessibility_label']).length, `${at}/accessibility_label`);
  if (element['confirm'] !== undefined) checkConfirm(element['confirm'] as Json, `${at}/confirm`);
  if (!['primary', 'danger', undefined].includes(element['style'] as string)) invalid('unknown style', `${at}/style`);
}

function checkConfirm({ title, text, confirm, deny }: Json, at: string): void {
  checkText(title, LIMITS.confirmTitle, { at: `${at}/title`, plain: true });
  checkText(text, LIMITS.confirmText, { at: `${at}/text` });
  checkText(confirm, LIMITS.confirmButton, { at: `${at}/confirm`, plain: true });
  checkText(deny, LIMITS.confirmButton, { at: `${at}/deny`, plain: true });
}

function checkText(value: unknown, limit: Limit, where: { at: string; plain?: boolean }): void {
  const text = value as Json | undefined;
  const types = where.plain ? ['plain_text'] : ['plain_text', 'mrkdwn'];
  if (typeof text?.['text'] !== 'string' || !types.includes(word(text['type']))) invalid('invalid text', where.at);
  if (text['text'] === '') invalid('must be more than 0 characters', `${where.at}/text`);
  within(limit, text['text'].length, `${where.at}/text`);
}

function checkImage(image: Json, at: string, ready: FileReady): void {
  if (typeof image['alt_text'] !== 'string') invalid('missing required field: alt_text', at);
  within(LIMITS.altText, image['alt_text'].length, `${at}/alt_text`);
  const file = image['slack_file'] as Json | undefined;
  if (file === undefined && typeof image['image_url'] !== 'string') invalid('missing required field: image_url', at);
  if (file !== undefined && !ready(word(file['id'] ?? file['url']))) invalid('invalid slack file', `${at}/slack_file`);
}

function list(value: unknown, at: string): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : invalid('must be an array', at);
}

/** Characters of all texts and titles in it, at any depth. */
function textLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, inner]) => {
    const own = typeof inner === 'string' && (key === 'text' || key === 'title') ? inner.length : 0;
    return sum + own + textLength(inner);
  }, 0);
}

function within(limit: Limit, size: number, at: string): void {
  if (size <= limit.max) return;
  const rule =
    limit.unit === 'items'
      ? `no more than ${limit.max} items allowed`
      : `must be less than ${limit.max + 1} characters`;
  throw new Refusal(limit.error, `[ERROR] ${rule} [json-pointer:${at}]`);
}

function invalid(rule: string, at: string): never {
  throw new Refusal('invalid_blocks', `[ERROR] ${rule} [json-pointer:${at}]`);
}
