// create <private key> <value> <sequence> <lifetime ms>: prints the record. validate <name>: reads a record from stdin
// and prints what it says.
// Bytes travel as base64.
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { createIPNSRecord, marshalIPNSRecord, multihashToIPNSRoutingKey, unmarshalIPNSRecord } from 'ipns'
import { ipnsSelector } from 'ipns/selector'
import { ipnsValidator } from 'ipns/validator'
import { base36 } from 'multiformats/bases/base36'
import { CID } from 'multiformats/cid'
import { text } from 'node:stream/consumers'

const [verb, ...args] = process.argv.slice(2)
const bytes = base64 => new Uint8Array(Buffer.from(base64, 'base64'))
const routingKey = name => multihashToIPNSRoutingKey(CID.parse(name, base36).multihash)

switch (verb) {
  case 'create': {
    const [key, value, sequence, lifetime] = args
    const record = await createIPNSRecord(privateKeyFromProtobuf(bytes(key)), value, BigInt(sequence), Number(lifetime))
    console.log(Buffer.from(marshalIPNSRecord(record)).toString('base64'))
    break
  }
  case 'validate': {
    const record = bytes(await text(process.stdin))
    await ipnsValidator(routingKey(args[0]), record)
    const { value, sequence, validity, ttl } = unmarshalIPNSRecord(record)
    console.log(JSON.stringify({ value, sequence: String(sequence), validity, ttl: String(ttl) }))
    break
  }
  case 'select': {
    const records = (await text(process.stdin)).trim().split('\n').map(bytes)
    console.log(ipnsSelector(routingKey(args[0]), records))
    break
  }
  default:
    throw new Error(`unknown verb ${verb}`)
}
