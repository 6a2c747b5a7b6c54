// node app.mjs PORT PING: a stand-in for the WANDA app, with the faults that it has. It prints the port that it listens on. PING: how many
// ms are between its pings, and how many it waits for an answer.
// - After a session_* event the connection that heard it gets nothing more, not even a ping.
// - An exposure (POST /api/camera/capture {until}) stops everything, here until the file of that name is there; it prints "exposes".
// - An unknown /api path is answered with 404 in HTML.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { Server } from 'socket.io'

const session = { active: false, name: '', total_images: 0, captured_images: 0, remaining_time: 0, session_dir: '/srv/captures' }
const camera = { mode: 'still', iso: 800, exposure_seconds: 2 }
const mount = { tracking: false }

const [port, ping] = process.argv.slice(2).map(Number)
const server = createServer(async (request, response) => {
  const send = (data, status = 200) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ success: true, data, message: null }))
  }
  switch (`${request.method} ${request.url}`) {
    case 'GET /api/camera/status': return send(camera)
    case 'GET /api/mount/status': return send(mount)
    case 'GET /api/session/status': return send(session)
    case 'POST /api/session/start': return send({ session_status: start(await json(request)) })
    case 'POST /api/session/stop': return send({ session_status: stop() })
    case 'POST /api/camera/capture': return send(capture((await json(request)).until))
    default:
      response.writeHead(404, { 'content-type': 'text/html' })
      return response.end('<!doctype html><title>404 Not Found</title>')
  }
})
const io = new Server(server, { pingInterval: ping, pingTimeout: ping, transports: ['websocket'] })
io.of('/ws/camera').on('connection', (socket) => {
  socket.on('update_settings', (settings, answer) => {
    Object.assign(camera, settings)
    io.of('/ws/camera').emit('status', camera)
    answer?.({ success: true, data: camera })
  })
})
io.of('/ws/mount').on('connection', (socket) => {
  socket.on('start_tracking', (answer) => {
    mount.tracking = true
    io.of('/ws/mount').emit('status', mount)
    answer?.({ success: true, data: mount })
  })
})
io.of('/ws/session')

// From a thread that the app's loop does not know.
function tell (event, data) {
  for (const socket of io.of('/ws/session').sockets.values()) {
    socket.emit(event, data)
    socket.conn.sendPacket = () => {}
  }
}

let images
function start ({ name, total_images }) {
  Object.assign(session, { active: true, name, total_images, captured_images: 0, remaining_time: 1 })
  tell('session_start', { name })
  images = setInterval(() => {
    session.captured_images++
    tell('session_progress', session)
    if (session.captured_images >= total_images) stop()
  }, 1500)
  return { running: true, images_captured: 0 }
}

function stop () {
  clearInterval(images)
  session.active = false
  tell('session_complete', session)
  return { running: false, images_captured: session.captured_images }
}

function capture (until) {
  io.of('/ws/camera').emit('capture_start', {})
  console.log('exposes')
  while (!existsSync(until));
  io.of('/ws/camera').emit('capture_complete', {})
  return { capture_status: 'Image saved as /srv/captures/capture_0001.jpg' }
}

server.listen(port, '127.0.0.1', () => console.log(server.address().port))
