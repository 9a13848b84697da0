import type { JobPorts } from '#domain/ports.ts';
import type { Hop, Table, Trouble } from '#domain/report.ts';
import type { Environment, Layer } from '#domain/stack.ts';

/** Where a reading comes from. */
export type Source = {
  readonly layer: Layer;
  readonly environment: Environment;
  readonly ports: JobPorts;
  readonly signal: AbortSignal;
};

/** The layers that a status is about. */
export type Scope = { readonly environment: Environment; readonly chosen: readonly Layer[] };

/**
 * How one thing of a layer is read and told: the API of a cloud, a cluster, what stands in a namespace. `R` stays in the
 * worker's memory; what is told of it goes to the journal.
 */
export interface Reader<R = unknown> {
  /** Unique among the readers; part of the step's id. */
  readonly name: string;
  title(layer: Layer): string;
  /** False when this layer has no such thing, or another of the chosen layers tells of it. */
  appliesTo(layer: Layer, scope: Scope): boolean;
  /** Reads only. Each part has its own deadline. @throws when nothing at all can be read */
  read(source: Source): Promise<R>;
  /** Half a line: how much there is, and how much of it is well. */
  summary(reading: R): string;
  /** What is wrong with likely cause and advice: what causes others first, the same things as one. */
  troubles(layer: Layer, reading: R): readonly Trouble[];
  /** In the manner of the command line tools; empty ones are left out. */
  tables(layer: Layer, reading: R): readonly Table[];
  /** The MTU chain, lowest level first. */
  hops?(reading: R): readonly Hop[];
}
