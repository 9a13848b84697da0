/** A duration as people say it: `850 ms`, `4.2 s`, `3 min 44 s`, `2 h 5 min`. */
export function took(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A duration that nobody knows, or needs, to the second: `20 s`, `4 min`, `2 h 5 min`. */
export function about(ms: number): string {
  const tens = Math.max(1, Math.round(ms / 10_000));
  if (tens < 6) return `${tens * 10} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const fives = Math.round(minutes / 5) * 5;
  const [hours, rest] = [Math.floor(fives / 60), fives % 60];
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** How old something is, as kubectl says it: `40s`, `12m`, `3h`, `5d`; empty when it has no time. */
export function ageOf(since: string | undefined, at: string): string {
  const seconds = Math.round((Date.parse(at) - Date.parse(since ?? '')) / 1000);
  if (Number.isNaN(seconds)) return '';
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

/**
 * An age as Docker's command line says it: `3 seconds`, `About an hour`, `2 weeks`.
 * @see https://github.com/docker/go-units/blob/master/duration.go
 */
export function roughly(ms: number): string {
  const seconds = Math.max(Math.floor(ms / 1000), 0);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(seconds / 3600 + 0.5);
  if (seconds === 0) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  const days = Math.floor(hours / 24);
  if (days < 14) return `${days} days`;
  if (days < 60) return `${Math.floor(days / 7)} weeks`;
  return days < 730 ? `${Math.floor(days / 30)} months` : `${Math.floor(days / 365)} years`;
}
