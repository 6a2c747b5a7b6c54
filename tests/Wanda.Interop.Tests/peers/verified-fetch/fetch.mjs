// node fetch.mjs GATEWAY PATH...: asks the gateway who has ipfs://PATH, fetches it from there, every block verified; prints
// [{status, type, bytes, sha256}].
import { createHash } from 'node:crypto'
import * as dagCbor from '@ipld/dag-cbor'
import { withHTTP } from '@helia/http'
import { createVerifiedFetch } from '@helia/verified-fetch'
import { createHeliaLight } from 'helia'

const [gateway, ...paths] = process.argv.slice(2)
const helia = await withHTTP(createHeliaLight({ codecs: [dagCbor] }), {
  recursiveGateways: [], delegatedRouters: [gateway], allowLocal: true, allowInsecure: true
}).start()
const fetch = await createVerifiedFetch(helia)
const answers = []
for (const path of paths) {
  const answer = await fetch(`ipfs://${path}`, { signal: AbortSignal.timeout(30_000) })
  const bytes = new Uint8Array(await answer.arrayBuffer())
  answers.push({
    status: answer.status,
    type: answer.headers.get('content-type'),
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex')
  })
}
console.log(JSON.stringify(answers))
process.exit(0) // it would go on looking for peers
