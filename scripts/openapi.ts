// Writes openapi.yaml from the schemas of the routes: npm run openapi
import { writeFile } from 'node:fs/promises'
import { openApiYaml } from './openapi-yaml.ts'

await writeFile(new URL('../openapi.yaml', import.meta.url), await openApiYaml())
