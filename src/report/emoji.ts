/** What every emoji starts with. The set of all emoji is slow to compile, and to try at each letter of a long name. */
const START = String.raw`(?:[\p{ExtPict}\p{EMod}\p{RI}]|[0-9#*]\ufe0f)`;
const STARTS = new RegExp(START, 'u');
const EMOJI = new RegExp(String.raw`(?=${START})\p{RGI_Emoji}`, 'gv');
const ONE_EMOJI = new RegExp(String.raw`^(?=${START})\p{RGI_Emoji}$`, 'v');

/** The text with each emoji, of however many characters, replaced. */
export function replaceEmoji(text: string, by: string): string {
  return STARTS.test(text) ? text.replace(EMOJI, by) : text;
}

/** Whether a grapheme is an emoji. */
export function isEmoji(grapheme: string): boolean {
  return STARTS.test(grapheme) && ONE_EMOJI.test(grapheme);
}
