// node page.mjs URL TRANSPORTS NAMESPACE...: the WANDA app's page, as far as it hears: each namespace with the page's own options. What it
// hears is printed, [namespace, event, argument] a line; TRANSPORTS is "page" for the page's own (websocket alone), or their names.
// A line on its standard input is sent: [namespace, event, argument...]; its answer is printed as [namespace, "answer", answer].
import { createInterface } from 'node:readline'
import { io } from 'socket.io-client'

const [url, transports, ...namespaces] = process.argv.slice(2)
const options = {
  transports: transports === 'page' ? ['websocket'] : transports.split(','),
  autoConnect: true,
  reconnection: false,
  timeout: 5000,
}
const print = (...what) => console.log(JSON.stringify(what))
const sockets = {}

function connect (name) {
  const socket = sockets[name] = io(url + name, options)
  socket.on('connect', () => print(name, 'connect', socket.io.engine.transport.name))
  socket.io.engine.on('upgrade', (transport) => print(name, 'upgrade', transport.name))
  socket.on('connect_error', (e) => print(name, 'connect_error', e.message))
  socket.on('disconnect', (reason) => print(name, 'disconnect', reason))
  socket.onAny((event, argument) => print(name, event, argument ?? null))
}

namespaces.forEach(connect)
createInterface({ input: process.stdin }).on('line', (line) => {
  const [name, event, ...args] = JSON.parse(line)
  if (event === 'reconnect') { // as the page does: a new socket for each try
    sockets[name].removeAllListeners()
    sockets[name].disconnect()
    connect(name)
  } else {
    sockets[name].emit(event, ...args, (answer) => print(name, 'answer', answer))
  }
}).on('close', () => process.exit())
