/** Variables as the program found them. For what belongs to others: settings of ours are in the schema. */
export type Environment = Readonly<Record<string, string | undefined>>

/** OpenTelemetry's variables (OTEL_…). */
export function telemetryEnvironment(): Environment {
  return process.env
}

/** Names by which the tools of the clouds are set up; only these are read, beside what their SDKs read themselves. */
export function cloudEnvironment(): Environment {
  return process.env
}
