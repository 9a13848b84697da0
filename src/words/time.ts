/** A duration as people say it: `850 ms`, `4.2 s`, `3 min 44 s`, `2 h 5 min`. */
export function took(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
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
