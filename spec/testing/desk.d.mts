import type { Ambit, AmbitOptions } from 'ambit';
import type { World } from 'ambit/testing';

export declare const sdl: string;

export interface Note {
  readonly number: number;
  readonly path: string;
  readonly text: string;
}

export interface Desk {
  readonly projects: readonly { readonly path: string; readonly name: string }[];
  readonly notes: Note[];
}

export interface DeskOptions extends Partial<Omit<AmbitOptions, 'schema'>> {
  readonly change?: (sdl: string) => string;
}

export type DeskWorld = World & { readonly desk: Desk; readonly ambit: Ambit };

export declare function openDesk(options?: DeskOptions): DeskWorld;
