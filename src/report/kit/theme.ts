import type { Health } from '#domain/health.ts';

export type ThemeName = 'dark' | 'light';

/** How one health is coloured. Contrast on its ground: text at least 4.5, shapes at least 3. */
export type Tone = {
  readonly text: string;
  readonly shape: string;
  /** Ground of a row that wants a look; undefined where it does not. */
  readonly tint?: string;
};

export type Theme = {
  readonly name: ThemeName;
  readonly ground: string;
  readonly panel: string;
  readonly stripe: string;
  readonly line: string;
  readonly text: string;
  readonly secondary: string;
  /** Bars and dots that only accompany. */
  readonly quiet: string;
  readonly tones: Readonly<Record<Health, Tone>>;
};

const dark: Theme = {
  name: 'dark',
  ground: '#0E1217',
  panel: '#141A21',
  stripe: '#181F27',
  line: '#28313B',
  text: '#E9EEF3',
  secondary: '#9CA9B7',
  quiet: '#3A4551',
  tones: {
    failure: { text: '#FF7E70', shape: '#FF7E70', tint: '#33181A' },
    warning: { text: '#F3B94F', shape: '#F3B94F', tint: '#2C2413' },
    unknown: { text: '#C3A6FF', shape: '#C3A6FF', tint: '#241D37' },
    running: { text: '#6DB3FF', shape: '#6DB3FF', tint: '#13233B' },
    waiting: { text: '#9CA9B7', shape: '#9CA9B7' },
    off: { text: '#9CA9B7', shape: '#9CA9B7' },
    ok: { text: '#3DCB9F', shape: '#3DCB9F' },
  },
};

const light: Theme = {
  name: 'light',
  ground: '#FFFFFF',
  panel: '#F7F9FB',
  stripe: '#F0F3F6',
  line: '#D3DCE5',
  text: '#18202A',
  secondary: '#556271',
  quiet: '#C3CEDA',
  tones: {
    failure: { text: '#B92A19', shape: '#D23B27', tint: '#FDE7E4' },
    warning: { text: '#815200', shape: '#B87100', tint: '#FEF1DA' },
    unknown: { text: '#6539BD', shape: '#7C52D9', tint: '#F0EAFD' },
    running: { text: '#0A5BB8', shape: '#1B6FD8', tint: '#E3EFFC' },
    waiting: { text: '#556271', shape: '#6B7888' },
    off: { text: '#556271', shape: '#6B7888' },
    ok: { text: '#00775A', shape: '#0B8A68' },
  },
};

export const THEMES: Readonly<Record<ThemeName, Theme>> = { dark, light };
