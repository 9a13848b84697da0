import { describe, expect, it } from 'vitest';
import { capCells, capName, cellsOf, padCells, shortId, wrapCells } from '#report/cells.ts';

describe('cells', () => {
  it.each([
    ['node-1', 6],
    ['数据库', 6],
    ['テスト', 6],
    ['한국', 4],
    ['ﾃｽﾄ', 3],
    ['（全）', 6],
    ['Größe', 5],
    ['e\u0301', 1],
    ['🚀', 2],
    ['👩‍🚀', 2],
    ['…→✓', 3],
    ['', 0],
  ])('%j takes %i', (text, cells) => {
    expect(cellsOf(text)).toBe(cells);
  });

  it.each([
    ['worker-3', 8, 'worker-3'],
    ['worker-33', 8, 'worker-…'],
    ['数据库主', 8, '数据库主'],
    ['数据库主', 7, '数据库…'],
    ['数据库主', 6, '数据…'],
    ['a b c', 3, 'a…'],
  ])('cuts %j to %i cells', (text, max, cut) => {
    expect(capCells(text, max)).toBe(cut);
    expect(cellsOf(cut)).toBeLessThanOrEqual(max);
  });

  it.each([
    ['mariadb-0', 9, 'mariadb-0'],
    ['mariadb-data-mariadb-server-0', 13, 'mariad…rver-0'],
    ['数据库主数据库副', 9, '数据…库副'],
    ['last seen an hour ago', 9, 'last see…'],
    ['worker-33', 1, '…'],
  ])('cuts %j to %i cells and keeps the ends of a name', (text, max, cut) => {
    expect(capName(text, max)).toBe(cut);
    expect(cellsOf(cut)).toBeLessThanOrEqual(max);
  });

  it('fills by cells, not by characters', () => {
    expect(padCells('数据', 6)).toBe('数据  ');
    expect(padCells('7', 3, 'right')).toBe('  7');
  });

  it('breaks between words, and long words anywhere', () => {
    expect(wrapCells('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapCells('see 0123456789 now', 6)).toEqual(['see', '012345', '6789', 'now']);
    expect(wrapCells('数据库主', 5)).toEqual(['数据', '库主']);
  });

  it('shortens ids and nothing else', () => {
    expect(shortId('0c3e7d0a-58c1-4b5e-9be0-2a41f1a7a0cd')).toBe('0c3e7d0a');
    expect(shortId('0c3e7d0a-node')).toBe('0c3e7d0a-node');
  });
});
