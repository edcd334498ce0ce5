const NUMBER = /^[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:e[+-]?\d{1,4})?$/i

/** GDAL_NODATA as a number. All of GDAL's spellings: `nan`, `-inf`, `1e+38`, `-1.#IND`. What is no number counts as absent. */
export function parseNodata(text: string | undefined): number | undefined {
  const word = text?.trim().toLowerCase()
  if (!word) return undefined
  if (/^[+-]?nan(\(\w{0,16}\))?$/.test(word) || /^-?1\.#(ind|qnan|snan)/.test(word)) return NaN
  if (/^\+?(inf|infinity|1\.#inf)$/.test(word)) return Infinity
  if (/^-(inf|infinity|1\.#inf)$/.test(word)) return -Infinity
  return NUMBER.test(word) ? Number(word) : undefined
}
