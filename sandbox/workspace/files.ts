import { channelOf } from './people.ts';
import { Refusal } from './limits.ts';
import { postAsApp, randomId, type FileView, type State, type StoredFile } from './state.ts';
import { args, word, type Args, type Methods } from './args.ts';

/** The methods that upload files, in Slack's three moves. */
export function fileMethods(state: State): Methods {
  return {
    'files.getUploadURLExternal': (given) => {
      const [name, length] = [args.text(given, 'filename'), Number(args.text(given, 'length'))];
      if (!(length > 0))
        throw new Refusal('invalid_arguments', '[ERROR] must be greater than 0 [json-pointer:/length]');
      const file: StoredFile = {
        id: randomId('F'),
        name,
        title: name,
        bytes: Buffer.alloc(0),
        readyAt: Infinity,
        shares: [],
      };
      state.files.set(file.id, file);
      return { upload_url: `${state.url}/upload/${file.id}`, file_id: file.id };
    },
    'files.completeUploadExternal': (given) => {
      const entries = (args.json(given, 'files') ?? []) as { id: string; title?: string }[];
      const files = entries.map(({ id, title }) => {
        const file = fileOf(state, id);
        if (file.bytes.length === 0) throw new Refusal('file_not_found');
        file.title = title ?? file.name;
        file.readyAt = Date.now() + state.timings.processingMs;
        return file;
      });
      if (given['channel_id'] !== undefined) shareLater(state, files, given);
      return { files: files.map((file) => ({ id: file.id, title: file.title })) };
    },
    'files.info': (given) => ({ file: fileView(state, fileOf(state, args.text(given, 'file'))) }),
  };
}

/** Takes the bytes, raw or as the one file of a form. */
export async function receiveUpload(state: State, id: string, upload: { type: string; body: Buffer }): Promise<void> {
  const file = fileOf(state, id);
  if (!upload.type.startsWith('multipart/form-data')) {
    file.bytes = upload.body;
    return;
  }
  const form = await new Response(new Uint8Array(upload.body), { headers: { 'content-type': upload.type } }).formData();
  const blob = [...form.values()].find((value) => typeof value !== 'string');
  if (!blob) throw new Refusal('no_file_data');
  file.bytes = Buffer.from(await blob.arrayBuffer());
}

/** The share appears when the file was processed: after the answer, and after what is posted meanwhile. */
function shareLater(state: State, files: readonly StoredFile[], given: Args): void {
  const channel = channelOf(state, word(given['channel_id']));
  if (!channel) throw new Refusal('channel_not_found');
  const thread = given['thread_ts'] === undefined ? {} : { thread_ts: word(given['thread_ts']) };
  const text = word(given['initial_comment']);
  setTimeout(() => {
    const views = files.map((file) => fileView(state, file));
    const message = postAsApp(state, { channel: channel.id, text, files: views, ...thread });
    for (const file of files) file.shares.push(message);
  }, state.timings.processingMs).unref();
}

function fileOf(state: State, id: string): StoredFile {
  const file = state.files.get(id);
  if (!file) throw new Refusal('file_not_found');
  return file;
}

/** As files.info shows it: type and size of a picture are there once it was processed. */
function fileView(state: State, file: StoredFile): FileView {
  const ready = Date.now() >= file.readyAt;
  const url = `${state.url}/files/${file.id}`;
  const [mimetype, filetype] = ready ? kindOf(file.bytes) : ['', ''];
  const isPng = filetype === 'png';
  const shares = file.shares.map(({ channel, ts, thread_ts }) => [
    channel,
    [{ ts, ...(thread_ts ? { thread_ts } : {}) }],
  ]);
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    mimetype,
    filetype,
    size: file.bytes.length,
    url_private: url,
    permalink: url,
    ...(isPng ? { original_w: file.bytes.readUInt32BE(16), original_h: file.bytes.readUInt32BE(20) } : {}),
    shares: shares.length > 0 ? { public: Object.fromEntries(shares) as Record<string, unknown> } : {},
  };
}

/** Media type and Slack's file type; only what is safe to show in a page is told apart. */
export function kindOf(bytes: Buffer): readonly [mimetype: string, filetype: string] {
  if (bytes.length > 24 && bytes.readUInt32BE(0) === 0x89504e47) return ['image/png', 'png'];
  if (bytes.length > 3 && bytes.readUInt16BE(0) === 0xffd8) return ['image/jpeg', 'jpg'];
  return ['text/plain', 'text'];
}
