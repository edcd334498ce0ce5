/** Variables as the program found them. For what belongs to others: settings of ours are in the schema. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Whether they name a collector of spans at all: without one, nothing of that is loaded. */
export function namesCollector(): boolean {
  return Boolean(process.env.OTEL_EXPORTER_OTLP_ENDPOINT || process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)
}

/** OpenTelemetry's variables (OTEL_…). */
export function telemetryEnvironment(): Environment {
  return process.env
}

/** Names by which the tools of the clouds are set up; only these are read, beside what their SDKs read themselves. */
export function cloudEnvironment(): Environment {
  return process.env
}
