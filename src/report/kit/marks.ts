import type { Health } from '#domain/health.ts';
import { type Node, path, type Style } from './nodes.ts';
import type { Theme } from './theme.ts';

/** The outline that tells one health from another without colour; `ink` is the ground showing through. */
function shapesOf(health: Health, color: string, ink: string): string {
  const line = `fill="none" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"`;
  const ring = `<circle cx="8" cy="8" r="6.7" fill="none" stroke="${color}" stroke-width="1.6"/>`;
  switch (health) {
    case 'ok':
      return `<circle cx="8" cy="8" r="7.5" fill="${color}"/><path d="M4.7 8.3l2.3 2.3 4.3-4.7" stroke="${ink}" ${line}/>`;
    case 'warning':
      return `<path d="M8 1.9 14.7 13.9H1.3Z" fill="${color}" stroke="${color}" stroke-width="1.8" stroke-linejoin="round"/><path d="M8 5.9v4" stroke="${ink}" ${line}/><circle cx="8" cy="12.4" r="1.05" fill="${ink}"/>`;
    case 'failure':
      return `<path d="M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5Z" fill="${color}"/><path d="M5.5 5.5l5 5m0-5-5 5" stroke="${ink}" ${line}/>`;
    case 'running':
      return `${ring}<path d="M6.5 5.3v5.4L11 8Z" fill="${color}" stroke="${color}" stroke-width=".6" stroke-linejoin="round"/>`;
    case 'off':
      return `${ring}<path d="M5 8h6" stroke="${color}" ${line}/>`;
    case 'waiting':
      return ring;
    case 'unknown':
      return `<path d="M8 .5 15.5 8 8 15.5 .5 8Z" fill="${color}" stroke="${color}" stroke-linejoin="round" stroke-width=".8"/><path d="M6.1 6.5c0-2.4 3.9-2.4 3.9 0 0 1.3-2 1.4-2 2.9" stroke="${ink}" ${line.replace('1.9', '1.6')}/><circle cx="8" cy="11.9" r=".95" fill="${ink}"/>`;
  }
}

/** The status mark of a health, `size` CSS pixels wide. `ground` is what it stands on; default the theme's ground. */
export function mark(
  theme: Theme,
  health: Health,
  { size = 16, ground = theme.ground, ...style }: MarkStyle = {},
): Node {
  return path(shapesOf(health, theme.tones[health].shape, ground), size, style);
}

type MarkStyle = Style & { readonly size?: number; readonly ground?: string };

/** An arrow to the right. */
export function arrow(color: string, size = 16): Node {
  return path(
    `<path d="M2 8h11.5M9.2 3.8 13.5 8l-4.3 4.2" fill="none" stroke="${color}" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/>`,
    size,
  );
}

/** A plus or a minus. */
export function sign(which: 'plus' | 'minus', color: string, size = 16): Node {
  const upright = which === 'plus' ? 'M8 3v10' : '';
  return path(
    `<path d="M3 8h10${upright}" fill="none" stroke="${color}" stroke-width="2" stroke-linecap="round"/>`,
    size,
  );
}
