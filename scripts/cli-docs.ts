import { readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { flagAbout, shownArgument, shownFlag, usage } from '../src/cli/help.ts'
import { COMMANDS } from '../src/cli/registry.ts'

const page = new URL('../docs/cli.md', import.meta.url)
const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The commands as the registry has them now, in markdown. */
export async function commandsAsMarkdown(): Promise<string> {
  const parts = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, { load }]) => {
      const command = await load()
      const rows = [
        ...command.arguments.map((argument) => [shownArgument(argument), argument.about]),
        ...Object.entries(command.flags).map(([key, flag]) => [shownFlag(key, flag), flagAbout(flag)]),
      ]
      return [
        `### ${name}`,
        command.about,
        ['```sh', usage(name, command).replace('Usage: ', ''), '```'].join('\n'),
        ['|     | meaning |', '| --- | --- |', ...rows.map(([left, right]) => `| \`${cell(left)}\` | ${cell(right)} |`)].join(
          '\n',
        ),
        ['```sh', ...command.examples.flatMap(([line, what]) => [`# ${what}`, line]), '```'].join('\n'),
      ].join('\n\n')
    }),
  )
  return parts.join('\n\n')
}

/** The page with its list of commands written anew. @throws where the marks are missing */
export async function withCommands(text: string): Promise<string> {
  const marks = /(<!-- commands: begin[^\n]*-->\n)[\s\S]*?(<!-- commands: end -->)/
  if (!marks.test(text)) throw new Error('docs/cli.md has lost the marks of its commands')
  const commands = await commandsAsMarkdown()
  return text.replace(marks, (_, begin: string, end: string) => `${begin}\n${commands}\n\n${end}`)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  await writeFile(page, await withCommands(await readFile(page, 'utf8')))
