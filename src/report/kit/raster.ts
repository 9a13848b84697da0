import { setImmediate as turn } from 'node:timers/promises';
import type { Renderer } from '@takumi-rs/core';
import { ALWAYS, load, type Slice, slicesFor } from './fonts.ts';
import type { Node } from './nodes.ts';

/** A picture that is not drawn yet: its root node and its width in CSS pixels; the height follows from the content. */
export type Card = { readonly width: number; readonly root: Node };

/** Real pixels for one CSS pixel; a picture that would be too heavy is drawn coarser. */
const SCALES = [2, 1.5, 1] as const;
/** What a phone loads without a thought, in bytes: for pictures that a thread shows by itself. */
export const INLINE_BYTES = 200_000;
/** Nothing we draw comes near; it keeps a mistake from eating the memory. */
const MAX_PIXELS = 16_000_000;
const MAX_AT_ONCE = 2;

const loaded = new Map<Slice, Promise<void>>();

let opened: Promise<Renderer> | undefined;

/** The one renderer, loaded with the first picture: a program that draws none needs no native code. */
async function openRenderer(): Promise<Renderer> {
  opened ??= import('@takumi-rs/core').then((takumi) => new takumi.Renderer());
  return opened;
}

const ASCII = /^[\x20-\x7e]*$/;

/** The characters of a tree that not every picture has, by the font stack that draws them. */
function charactersOf(node: Node, found = new Map<string, Set<string>>()): Map<string, Set<string>> {
  if (node.type === 'text' && !ASCII.test(node.text)) {
    const stack = String(node.style?.['fontFamily'] ?? '');
    const characters = found.get(stack) ?? new Set();
    found.set(stack, characters);
    for (const character of node.text) characters.add(character);
  }
  if (node.type === 'container') for (const child of node.children ?? []) charactersOf(child, found);
  return found;
}

/** Registers the fonts that a tree needs, each once in the life of the process. */
async function prepareFonts(root: Node): Promise<void> {
  const slices = new Set(ALWAYS);
  for (const [stack, characters] of charactersOf(root)) {
    // The first name in a script has its family read: others get their turn before.
    await turn();
    for (const slice of slicesFor(characters, stack)) slices.add(slice);
  }
  const loading = [...slices].map((slice) => {
    const font = loaded.get(slice) ?? register(slice);
    loaded.set(slice, font);
    return font;
  });
  await Promise.all(loading);
}

async function register(slice: Slice): Promise<void> {
  try {
    const renderer = await openRenderer();
    await renderer.registerFont(await load(slice));
  } catch (error) {
    loaded.delete(slice);
    throw new Error(`reading the font "${slice.file}"`, { cause: error });
  }
}

let running = 0;
const waiting: (() => void)[] = [];

/** Runs the work when fewer than two others run. */
async function oneOfTwo<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/**
 * Draws a card as PNG at twice its CSS width, off the event loop, two at a time. The same card gives the same bytes. A
 * card of more than 16 megapixels is cut at its foot, one of more than `mostBytes` (default: as many as it takes) drawn at
 * one and a half times its width, or at its width.
 * @throws Error when a font file is missing
 */
export async function raster(card: Card, mostBytes = Number.POSITIVE_INFINITY): Promise<Buffer> {
  // Whoever calls has just laid the card out.
  await turn();
  await prepareFonts(card.root);
  const renderer = await openRenderer();
  return oneOfTwo(async () => {
    let png: Buffer = Buffer.alloc(0);
    for (const scale of SCALES) {
      png = await drawn(renderer, card, scale);
      if (png.length <= mostBytes) break;
    }
    return png;
  });
}

async function drawn(renderer: Renderer, { width: cssWidth, root }: Card, scale: number): Promise<Buffer> {
  const width = Math.round(cssWidth * scale);
  const measured = await renderer.measure(root, { width, devicePixelRatio: scale });
  const height = Math.min(Math.ceil(Math.ceil(measured.height / scale) * scale), Math.floor(MAX_PIXELS / width));
  return renderer.render(root, { width, height, devicePixelRatio: scale, format: 'png' });
}
