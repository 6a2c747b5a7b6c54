// node time-import.mjs FILE ROUNDS: prints "PROFILE SECONDS" a line, the best of so many imports into a store that keeps nothing.
import { createReadStream } from 'node:fs'
import { importer } from 'ipfs-unixfs-importer'

const [file, rounds] = process.argv.slice(2)
const nowhere = { put: (cid) => cid }
for (const profile of ['unixfs-v1-2025', 'unixfs-v0-2015']) {
  let best = Infinity
  for (let i = 0; i < rounds; i++) {
    const start = performance.now()
    const content = createReadStream(file, { highWaterMark: 1 << 20 })
    for await (const _ of importer([{ path: 'f', content }], nowhere, { profile })) { /* only the time counts */ }
    best = Math.min(best, (performance.now() - start) / 1000)
  }
  console.log(profile === 'unixfs-v0-2015' ? 'cid-v0' : profile, best)
}
