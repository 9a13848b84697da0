import { type Logger, LogLevel } from '@slack/bolt';
import { redact } from '#domain/redact.ts';

/** Where the chat side writes what operators should know; static message, facts as fields. */
export type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** Slack's packages speak through our log; their small talk is left out. */
export function slackLogger(log: Log): Logger {
  const textOf = (parts: readonly unknown[]) => redact(parts.map(String).join(' '));
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts) => log.warn({ slack: textOf(parts) }, 'slack package warns'),
    error: (...parts) => log.error({ slack: textOf(parts) }, 'slack package reports an error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
