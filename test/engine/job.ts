import type { Job, JobName, Plan, Step } from '#domain/run.ts';

/** A cloud of one kind of thing, that counts what was made, and dies on demand at a call boundary. */
export class Shelf {
  readonly things = new Map<string, string>();
  made = 0;
  /** Calls left until the process "dies"; Infinity: never. */
  budget = Number.POSITIVE_INFINITY;
  onDeath: () => void = () => undefined;

  async touch(): Promise<void> {
    await Promise.resolve();
    if (this.budget-- > 0) return;
    this.onDeath();
    // A dead process never answers.
    await new Promise<never>(() => undefined);
  }

  async find(name: string): Promise<string | undefined> {
    await this.touch();
    return this.things.get(name);
  }

  async make(name: string): Promise<string> {
    await this.touch();
    this.made += 1;
    this.things.set(name, `id-${this.made}`);
    await this.touch();
    return `id-${this.made}`;
  }

  async remove(name: string): Promise<void> {
    await this.touch();
    this.things.delete(name);
    await this.touch();
  }
}

export function thingStep(shelf: Shelf, id: string, change: Partial<Step<string>> = {}): Step<string> {
  return {
    id,
    title: `make ${id}`,
    layer: 'metal',
    timeoutMs: 5000,
    find: (ctx) => shelf.find(`${ctx.run.key}-${id}`),
    act: (ctx) => shelf.make(`${ctx.run.key}-${id}`),
    settle: async (_ctx, made) => ({ kind: 'ready', value: made, detail: made }),
    undo: (ctx) => shelf.remove(`${ctx.run.key}-${id}`),
    ...change,
  };
}

/** A job of these steps, under the names that the domain knows. */
export function jobOf(plan: Plan, name: JobName = 'smoke-test'): Job {
  return {
    name,
    parse: (raw) => raw,
    survey: async () => ({ seen: true }),
    plan: () => plan,
    report: (_input, _facts, { outcome, steps, leftovers, endedAt }) => ({
      title: outcome,
      subtitle: Object.entries(steps)
        .map(([id, step]) => `${id}:${step.status}`)
        .join(' '),
      health: outcome === 'succeeded' ? 'ok' : 'failure',
      layers: [],
      troubles: [],
      checks: [],
      hops: [],
      tables: [],
      leftovers,
      at: endedAt,
    }),
  };
}
