/** Switches of the cloud tools' environment, as GDAL reads them: YES, TRUE, ON, 1. */
export function isTrue(value: string | undefined): boolean {
  return /^(yes|true|on|1)$/i.test(value ?? '')
}
