/** The last characters of a text that comes in pieces. */
export type Tail = { push(text: string): void; text(): string };

export function openTail(most: number): Tail {
  let last = '';
  return {
    push(text) {
      last = text.length >= most ? text.slice(-most) : (last + text).slice(-most);
    },
    text: () => last,
  };
}
