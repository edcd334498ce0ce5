import { schemeOf } from './address.ts'
import { withoutVsi } from './object-address.ts'
import type { SourceCounts } from './source-counts.ts'
import type { ByteSource, WritableNet } from './source.ts'

/** The same net, whose reads, searches and writes are counted. */
export function countedNet(net: WritableNet, counts: SourceCounts): WritableNet {
  const watched = new WeakSet<object>()
  return {
    ...net,
    async open(href) {
      const scheme = schemeFor(href)
      try {
        return countedSource(await net.open(href), scheme, counts)
      } catch (error) {
        counts.fail(scheme, error)
        throw error
      }
    },
    readDocument: (href, options) =>
      counts.count(
        schemeFor(href),
        () => net.readDocument(href, options),
        (document) => document?.bytes.length ?? 0,
      ),
    search: (href, search) =>
      counts.count(
        schemeFor(href),
        () => net.search(href, search),
        (reply) => reply.bytes.length,
      ),
    writeObject: (href, bytes, condition) => counts.count(schemeFor(href), () => net.writeObject(href, bytes, condition)),
    deleteObject: (href, condition) => counts.count(schemeFor(href), () => net.deleteObject(href, condition)),
    async tableClient(place) {
      const client = await net.tableClient(place)
      if (!watched.has(client)) {
        watched.add(client)
        client.middlewareStack.add((next) => (args) => counts.count('dynamodb', () => next(args)), { step: 'initialize' })
      }
      return client
    },
  }
}

function countedSource(source: ByteSource, scheme: string, counts: SourceCounts): ByteSource {
  return {
    name: source.name,
    get size() {
      return source.size
    },
    get revision() {
      return source.revision
    },
    read: (offset, length, options) =>
      counts.count(
        scheme,
        () => source.read(offset, length, options),
        (bytes) => bytes.length,
      ),
    close: () => source.close(),
  }
}

const SCHEMES = new Set(['file', 'http', 'https', 's3', 'gs', 'az'])

/** One of a few, whatever clients ask for. */
function schemeFor(href: string): string {
  const scheme = schemeOf(withoutVsi(href)) ?? 'file'
  return SCHEMES.has(scheme) ? scheme : 'other'
}
