// node import.mjs JOBS.json: imports each job's entries and prints, a line a job, {path: [cid, size]}.
// A job: {"options": {...}, "entries": [{"path": "d/a", "file": "/content"} | {"path": "d/b", "text": "x"}]}
import { createReadStream, readFileSync } from 'node:fs'
import { MemoryBlockstore } from 'blockstore-core'
import { importer } from 'ipfs-unixfs-importer'

for (const { options, entries } of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const candidates = entries.map(({ path, file, text }) =>
    ({ path, content: file ? createReadStream(file) : new TextEncoder().encode(text) }))
  const result = {}
  for await (const { path, cid, size } of importer(candidates, new MemoryBlockstore(), options)) {
    result[path] = [cid.toString(), size.toString()]
  }
  console.log(JSON.stringify(result))
}
