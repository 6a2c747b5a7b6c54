// Node 20 lacks Promise.withResolvers, which some of the peers call.
Promise.withResolvers ??= function () {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}

// And zstd, which undici wants to know of when it is loaded, and which no server here sends.
require('node:zlib').createZstdDecompress ??= function () { throw new Error('Node 20 has no zstd.') }
require('node:worker_threads').markAsUncloneable ??= () => {}
