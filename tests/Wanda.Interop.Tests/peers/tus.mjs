// node tus.mjs ENDPOINT FILE CID WITH_CREATION STOP_AFTER: uploads a CAR by tus in parts of 1 MB, the first with the creation when that
// is "true", and ends after STOP_AFTER parts and goes on as a client that was started anew would; prints {pin, resumedAt}. The bearer
// token comes on standard input.
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Upload } from 'tus-js-client'

const [endpoint, file, cid, withCreation, stopAfter] = process.argv.slice(2)
const authorization = `Bearer ${(await text(process.stdin)).trim()}`
const car = await readFile(file)

const run = (options, stop) => new Promise((resolve, reject) => {
  let pin
  let first
  let parts = 0
  const upload = new Upload(car, {
    endpoint,
    chunkSize: 1_000_000,
    retryDelays: null,
    uploadDataDuringCreation: withCreation === 'true',
    metadata: { cid },
    headers: { authorization },
    onAfterResponse: (_, answer) => {
      pin = answer.getHeader('Wanda-Pin') ?? pin
      first ??= Number(answer.getHeader('Upload-Offset'))
    },
    onChunkComplete: () => {
      if (++parts === stop) {
        upload.abort().then(() => resolve({ url: upload.url }))
      }
    },
    onSuccess: () => resolve({ pin, first }),
    onError: reject,
    ...options
  })
  upload.start()
})

const { url } = await run({}, Number(stopAfter))
const { pin, first } = await run({ uploadUrl: url })
console.log(JSON.stringify({ pin, resumedAt: first }))
