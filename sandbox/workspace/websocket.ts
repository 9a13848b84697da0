import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The server's end of one WebSocket. `end` closes with a handshake, `drop` cuts the wire. */
export type WebSocketEnd = {
  send(text: string): void;
  sendBytes(bytes: Buffer): void;
  end(code?: number): void;
  drop(): void;
};
type Handlers = {
  /** The subprotocol that is agreed on. */
  readonly protocol?: string;
  readonly onText?: (text: string) => void;
  readonly onBytes?: (bytes: Buffer) => void;
  readonly onClose: () => void;
};

const OP = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const MAX_BYTES = 16 * 1024 * 1024;
const PING_EVERY_MS = 10_000;

/** Accepts an upgrade request: text and binary frames, fragments, masks, pings and the closing handshake. @see RFC 6455 */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex, handlers: Handlers): WebSocketEnd {
  const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  const protocol = handlers.protocol === undefined ? '' : `Sec-WebSocket-Protocol: ${handlers.protocol}\r\n`;
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${protocol}Sec-WebSocket-Accept: ${key.digest('base64')}\r\n\r\n`,
  );
  const pings = setInterval(() => write(OP.ping, Buffer.alloc(0)), PING_EVERY_MS);
  let waiting: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let closing = false;

  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (let frame = readFrame(waiting); frame; frame = readFrame(waiting)) {
      if (frame === 'bad') return end(1002);
      waiting = waiting.subarray(frame.bytes);
      take(frame);
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearInterval(pings);
    handlers.onClose();
  });
  return {
    send: (text) => write(OP.text, Buffer.from(text)),
    sendBytes: (bytes) => write(OP.binary, bytes),
    end,
    drop: () => socket.destroy(),
  };

  function take({ op, final, payload }: Frame): void {
    if (op === OP.ping) return write(OP.pong, payload);
    if (op === OP.pong) return;
    if (op === OP.close) {
      if (!closing) write(OP.close, payload.subarray(0, 2));
      socket.end();
      return;
    }
    parts.push(payload);
    if (parts.reduce((sum, part) => sum + part.length, 0) > MAX_BYTES) return end(1009);
    if (!final) return;
    const whole = Buffer.concat(parts);
    parts = [];
    handlers.onBytes?.(whole);
    handlers.onText?.(whole.toString('utf8'));
  }

  function end(code = 1000): void {
    closing = true;
    write(OP.close, Buffer.from([code >> 8, code & 255]));
  }

  function write(op: number, payload: Buffer): void {
    if (socket.writable) socket.write(Buffer.concat([header(op, payload.length), payload]));
  }
}

type Frame = { readonly op: number; readonly final: boolean; readonly payload: Buffer; readonly bytes: number };

/** The first whole frame, undefined while bytes are missing, `bad` when it breaks the protocol. */
function readFrame(data: Buffer): Frame | 'bad' | undefined {
  if (data.length < 2) return undefined;
  const [first, second] = [data.readUInt8(0), data.readUInt8(1)];
  const masked = (second & 128) !== 0;
  const short = second & 127;
  const sizeBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + sizeBytes + 4;
  if ((first & 0x70) !== 0 || !masked) return 'bad';
  if (data.length < start) return undefined;
  const length = sizeBytes === 2 ? data.readUInt16BE(2) : sizeBytes === 8 ? Number(data.readBigUInt64BE(2)) : short;
  if (length > MAX_BYTES) return 'bad';
  if (data.length < start + length) return undefined;
  const mask = data.subarray(start - 4, start);
  const payload = Buffer.from(data.subarray(start, start + length));
  for (let i = 0; i < length; i += 1) payload[i]! ^= mask[i & 3]!;
  return { op: first & 15, final: (first & 128) !== 0, payload, bytes: start + length };
}

function header(op: number, length: number): Buffer {
  if (length < 126) return Buffer.from([128 | op, length]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = 128 | op;
  if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return head;
}
