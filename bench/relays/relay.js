// The reference server of Socket.IO, which hands on and does nothing else: `node relay.js PORT`.
const { createServer } = require("node:http");
const { Server } = require("socket.io");

const http = createServer((_, answer) => answer.end("here\n"));
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });

io.on("connection", (socket) => {
  const { room } = socket.handshake.auth;
  socket.join(room);
  socket.on("command", (data, answer) => {
    const item = { text: data.data.text, seat: "a seat", at: 1 };
    const changes = [{ in: "said", id: room, item }];
    io.to(room).emit("message", { run: "r", audience: "room", seq: 1, changes });
    answer({ ok: true, kept: true });
  });
});
http.listen(Number(process.argv[2]), "127.0.0.1");
