// Runs the compliance suite against a server: compliance.mjs URL RESULT, the token on standard input. The suite always ends with 0 and
// writes what it found into its own folder; that goes into the file RESULT, as JSON.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { register } from 'node:module'

const suite = new URL('./node_modules/@ipfs-shipyard/pinning-service-compliance/dist/', import.meta.url)
const reports = new URL('docs/', suite)
const [url, result] = process.argv.slice(2)
const token = readFileSync(0, 'utf8').trim()

rmSync(reports, { recursive: true, force: true })
process.on('exit', () => {
  const read = ending => readFileSync(new URL(readdirSync(reports).find(file => file.endsWith(ending)), reports), 'utf8')
  writeFileSync(result, JSON.stringify({ ...JSON.parse(read('.json')), report: read('.md').replaceAll(token, '(token)') }))
})
process.argv.splice(2, process.argv.length, '-s', url, token)
register('./local-schemas.mjs', import.meta.url)
await import(new URL('src/index.js', suite))
