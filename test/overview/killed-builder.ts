import { FileBackend } from '../../src/index.ts'

/** Makes an overview and says so of each block: whoever reads that may kill it. With SAY_PEAK it says at the end what memory it took. */
const [path, output, zoom] = process.argv.slice(2)
await using mosaic = new FileBackend(path)
await mosaic.overview(output, {
  zoom: Number(zoom),
  link: false,
  concurrency: 1,
  onProgress: (done) => process.stdout.write(`${done}\n`),
})
if (process.env.SAY_PEAK) process.stderr.write(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)}\n`)
