// node helia.mjs GATEWAY CID [OFFSET LENGTH]: reads a file, or a part of it, through a trustless gateway and nothing else; prints
// {bytes, sha256}.
// The gateway's bearer token comes on standard input.
import { createHash } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { trustlessGateway } from '@helia/block-brokers'
import { createHeliaHTTP } from '@helia/http'
import { httpGatewayRouting } from '@helia/routers'
import { unixfs } from '@helia/unixfs'
import { CID } from 'multiformats/cid'

const [gateway, cid, offset, length] = process.argv.slice(2)
const token = (await text(process.stdin)).trim()
const helia = await createHeliaHTTP({
  blockBrokers: [trustlessGateway({
    allowInsecure: true,
    allowLocal: true,
    transformRequestInit: init => ({ ...init, headers: { ...init?.headers, authorization: `Bearer ${token}` } })
  })],
  routers: [httpGatewayRouting({ gateways: [gateway], shuffle: false })]
})
const hash = createHash('sha256')
let bytes = 0
const part = offset === undefined ? {} : { offset: BigInt(offset), length: BigInt(length) }
for await (const chunk of unixfs(helia).cat(CID.parse(cid), { ...part, signal: AbortSignal.timeout(60_000) })) {
  hash.update(chunk)
  bytes += chunk.byteLength
}
console.log(JSON.stringify({ bytes, sha256: hash.digest('hex') }))
process.exit(0) // it would go on looking for peers
