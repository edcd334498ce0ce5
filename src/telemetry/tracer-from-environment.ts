import packageJson from '../../package.json' with { type: 'json' }
import { telemetryEnvironment } from '../config/environment.ts'
import type { ExporterLog } from './exporter.ts'
import { telemetryOptions } from './options.ts'
import { createTracer, type Tracer } from './tracer.ts'

/** undefined: the environment names no collector. @throws Error that names the variable at fault */
export function tracerFromEnvironment(log: ExporterLog): Tracer | undefined {
  const options = telemetryOptions(telemetryEnvironment(), packageJson.version)
  return options && createTracer(options, log)
}
