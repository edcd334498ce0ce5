import type { Command } from './command.ts'

/** A command by its name. Nothing of it is loaded before it is called. */
export interface CommandEntry {
  /** What it does, a few words for the list of commands. */
  readonly about: string
  load(): Promise<Command>
}

/** Every command but `serve` (main.ts): one file and one line each. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  create: { about: 'makes a mosaic of images', load: async () => (await import('./create.ts')).create },
  'create-from-features': {
    about: 'makes a mosaic of GeoJSON footprints',
    load: async () => (await import('./create-from-features.ts')).createFromFeatures,
  },
  footprint: { about: 'where images lie, as GeoJSON', load: async () => (await import('./footprint.ts')).footprint },
  info: { about: 'what a mosaic is', load: async () => (await import('./info.ts')).info },
  overview: { about: 'makes a low-resolution COG of a mosaic', load: async () => (await import('./overview.ts')).overview },
  seal: { about: 'an address as a server with a key hands it out', load: async () => (await import('./seal.ts')).seal },
  'to-geojson': { about: "a mosaic's tiles as GeoJSON", load: async () => (await import('./to-geojson.ts')).toGeojson },
  update: { about: 'adds images to a mosaic', load: async () => (await import('./update.ts')).update },
  upload: { about: 'stores a document elsewhere', load: async () => (await import('./upload.ts')).upload },
  validate: { about: 'whether a document is valid', load: async () => (await import('./validate.ts')).validate },
}
