import { FileBackend } from '../../src/index.ts'

/** Makes an overview and says so of each block: whoever reads that may kill it. */
const [path, output, zoom] = process.argv.slice(2)
await using mosaic = new FileBackend(path)
await mosaic.overview(output, {
  zoom: Number(zoom),
  link: false,
  concurrency: 1,
  onProgress: (done) => process.stdout.write(`${done}\n`),
})
