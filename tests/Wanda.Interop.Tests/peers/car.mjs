// node car.mjs read IN.car: verifies every block and prints {roots, blocks}.
// node car.mjs write OUT.car FILE: imports a file, writes its blocks as a CAR and prints the root.
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { CarBlockIterator, CarWriter } from '@ipld/car'
import { MemoryBlockstore } from 'blockstore-core'
import { importer } from 'ipfs-unixfs-importer'
import { sha256 } from 'multiformats/hashes/sha2'

const [verb, car, file] = process.argv.slice(2)
if (verb === 'read') {
  const reader = await CarBlockIterator.fromIterable(createReadStream(car))
  const blocks = []
  for await (const { cid, bytes } of reader) {
    const { digest } = await sha256.digest(bytes)
    if (Buffer.compare(Buffer.from(digest), Buffer.from(cid.multihash.digest)) !== 0) throw new Error(`${cid} has other bytes`)
    blocks.push(cid.toString())
  }
  console.log(JSON.stringify({ roots: (await reader.getRoots()).map(String), blocks }))
} else {
  const store = new MemoryBlockstore()
  let root
  for await (const entry of importer([{ content: createReadStream(file) }], store, { profile: 'unixfs-v1-2025' })) root = entry.cid
  const { writer, out } = CarWriter.create([root])
  const done = finished(Readable.from(out).pipe(createWriteStream(car)))
  for await (const { cid, bytes } of store.getAll()) {
    const parts = []
    for await (const part of bytes) parts.push(part)
    await writer.put({ cid, bytes: Buffer.concat(parts) })
  }
  await writer.close()
  await done
  console.log(JSON.stringify({ root: root.toString() }))
}
