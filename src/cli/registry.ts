import type { Command } from './command.ts'

/** A command by its name. Nothing of it is loaded before it is called. */
export interface CommandEntry {
  /** What it does, a few words for the list of commands. */
  readonly about: string
  load(): Promise<Command>
}

/** Every command but `serve` (main.ts): one file and one line each. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  info: { about: 'what a mosaic is', load: async () => (await import('./info.ts')).info },
}
