import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import packageJson from '../../package.json' with { type: 'json' }
import type { CacheCount } from '../cache/cache-count.ts'
import type { Counts } from './counts.ts'

/** One answered request, by labels of few values. */
export interface AnsweredRequest {
  readonly method: string
  /** The pattern of the route, not the path. */
  readonly route: string
  readonly status: number
  readonly seconds: number
}

export interface Metrics {
  answered(request: AnsweredRequest): void
  /** Milliseconds of one stage of one picture. */
  stage(name: string, milliseconds: number): void
  readonly contentType: string
  /** In the text format of Prometheus. */
  text(): Promise<string>
}

/** Seconds. */
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
const STAGE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]
/** Milliseconds between two looks at the event loop. */
const EVENT_LOOP_PRECISION = 10

/** The metrics of the process, each with the name and the meaning that Prometheus sees. */
export function createMetrics(counts: Counts): Metrics {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION })

  /** A number that a room knows, of each of its labels' values. */
  function observed(
    kind: typeof Gauge | typeof Counter,
    name: string,
    help: string,
    labelNames: readonly string[],
    values: () => Iterable<readonly [labels: Record<string, string>, value: number | undefined]>,
  ): void {
    const metric: Gauge | Counter = new kind({
      name,
      help,
      labelNames,
      registers,
      collect() {
        metric.reset()
        for (const [labels, value] of values()) if (value !== undefined) metric.inc(labels, value)
      },
    })
  }

  const requests = new Histogram({
    name: 'smalti_http_request_duration_seconds',
    help: 'Time to answer requests, by the pattern of their route.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_BUCKETS,
    registers,
  })
  const stages = new Histogram({
    name: 'smalti_stage_duration_seconds',
    help: 'Time of the stages of pictures: search, read, decode, warp, compose, render, encode.',
    labelNames: ['stage'],
    buckets: STAGE_BUCKETS,
    registers,
  })

  const ofCaches = (pick: (count: CacheCount) => number | undefined) => () =>
    Object.entries(counts.caches()).map(([cache, count]) => [{ cache }, pick(count)] as const)
  observed(
    Gauge,
    'smalti_cache_entries',
    'Entries of caches.',
    ['cache'],
    ofCaches(({ entries }) => entries),
  )
  observed(
    Gauge,
    'smalti_cache_bytes',
    'Bytes in caches.',
    ['cache'],
    ofCaches(({ bytes }) => bytes),
  )
  observed(
    Gauge,
    'smalti_cache_max_bytes',
    'Bytes that caches may have.',
    ['cache'],
    ofCaches(({ maxBytes }) => maxBytes),
  )
  observed(
    Counter,
    'smalti_cache_hits_total',
    'Look-ups that found something.',
    ['cache'],
    ofCaches(({ hits }) => hits),
  )
  observed(
    Counter,
    'smalti_cache_misses_total',
    'Look-ups that found nothing.',
    ['cache'],
    ofCaches(({ misses }) => misses),
  )
  observed(
    Counter,
    'smalti_cache_evictions_total',
    'Entries that made room for others.',
    ['cache'],
    ofCaches(({ evictions }) => evictions),
  )

  const ofSources = (pick: 'requests' | 'bytes' | 'seconds') => () =>
    [...counts.sources()].map(([scheme, count]) => [{ scheme }, count[pick]] as const)
  const sourceLabels = ['scheme']
  observed(
    Counter,
    'smalti_source_requests_total',
    'Reads of files and requests to servers.',
    sourceLabels,
    ofSources('requests'),
  )
  observed(Counter, 'smalti_source_bytes_total', 'Bytes read of them.', sourceLabels, ofSources('bytes'))
  observed(Counter, 'smalti_source_seconds_total', 'Time waited for them, all together.', sourceLabels, ofSources('seconds'))
  observed(Counter, 'smalti_source_errors_total', 'Those that failed, by the code of the error.', ['scheme', 'code'], () =>
    [...counts.sources()].flatMap(([scheme, { errors }]) =>
      [...errors].map(([code, value]) => [{ scheme, code }, value] as const),
    ),
  )

  observed(Gauge, 'smalti_queue_running', 'Pictures that are being made.', [], () => [[{}, counts.queue().running]])
  observed(Gauge, 'smalti_queue_waiting', 'Pictures that wait for their turn.', [], () => [[{}, counts.queue().waiting]])
  observed(Counter, 'smalti_queue_refused_total', 'Answered with 503: the queue was full.', [], () => [
    [{}, counts.queue().refused],
  ])
  observed(Gauge, 'smalti_raster_threads', 'Raster threads.', [], () => [[{}, counts.threads().threads]])
  observed(
    Gauge,
    'smalti_raster_tasks_running',
    'Tasks that the raster threads have: those that run, and those that lie ready.',
    [],
    () => [[{}, counts.threads().running]],
  )
  observed(Gauge, 'smalti_raster_tasks_waiting', 'Tasks that wait for room on a raster thread.', [], () => [
    [{}, counts.threads().waiting],
  ])
  observed(Gauge, 'smalti_build_info', 'Always 1: the version of the program, in its label.', ['version'], () => [
    [{ version: packageJson.version }, 1],
  ])

  return {
    answered: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    stage: (name, milliseconds) => stages.observe({ stage: name }, milliseconds / 1000),
    contentType: register.contentType,
    text: () => register.metrics(),
  }
}
