import { pino } from 'pino';
import { redact } from '#domain/redact.ts';

/** The log of a process: static message, facts as fields. */
export type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/**
 * A log as JSON lines on standard error. Every line passes the door where secrets are masked.
 * @param level least level that is written, as `info`
 */
export function openLog(level: string): Log {
  const serializers = { error: pino.stdSerializers.err };
  const stream = { write: (line: string) => void process.stderr.write(redact(line)) };
  return pino({ level, serializers, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}
