package dev.relevo.local.node;

import io.undertow.protocols.http2.HpackDecoder;
import io.undertow.protocols.http2.HpackException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The {@code grpc} action: one call of {@code grpc.health.v1.Health/Check}, without TLS, as a kubelet makes it. The call is so
 * small that its frames (RFC 9113) are written here; the headers of the answer are read by Undertow.
 */
final class GrpcCheck {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int CONTINUATION = 9;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITY = 32;
    private static final int LARGEST_FRAME = 1 << 14;
    private static final int SERVING = 1;
    private static final String UNIMPLEMENTED = "12";
    private static final Map<Integer, String> STATUS =
            Map.of(0, "UNKNOWN", SERVING, "SERVING", 2, "NOT_SERVING", 3, "SERVICE_UNKNOWN");

    private final DataInputStream in;
    private final OutputStream out;
    private final Map<String, String> headers = new HashMap<>();
    private final ByteArrayOutputStream headerBlock = new ByteArrayOutputStream();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    private GrpcCheck(Socket socket) throws IOException {
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    static Probe.Result check(InetSocketAddress target, String service, Duration timeout) {
        String name = "service \"" + target.getHostString() + ":" + target.getPort() + "\"";
        String within = " within " + timeout.toSeconds() + "s: context deadline exceeded";
        try (Socket socket = new Socket()) {
            socket.connect(target, (int) timeout.toMillis());
            socket.setSoTimeout((int) timeout.toMillis());
            GrpcCheck check = new GrpcCheck(socket);
            check.ask(target, service);
            check.readAnswer(System.nanoTime() + timeout.toNanos());
            return check.result(service);
        } catch (SocketTimeoutException e) {
            return new Probe.Result(false, "timeout: health rpc did not complete" + within);
        } catch (EOFException e) {
            return new Probe.Result(false, "error: " + name + " closed the connection: is it a gRPC server?");
        } catch (IOException | HpackException e) {
            return new Probe.Result(false, "timeout: failed to connect " + name + within + " (" + e.getMessage() + ")");
        }
    }

    private void ask(InetSocketAddress target, String service) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(request, SETTINGS, 0, 0, new byte[0]);
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", "POST");
        literal(block, ":scheme", "http");
        literal(block, ":path", "/grpc.health.v1.Health/Check");
        literal(block, ":authority", target.getHostString() + ":" + target.getPort());
        literal(block, "content-type", "application/grpc");
        literal(block, "te", "trailers");
        literal(block, "user-agent", "kube-probe/1.34");
        frame(request, HEADERS, END_HEADERS, 1, block.toByteArray());
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        int length = name.length == 0 ? 0 : name.length + 2;
        ByteBuffer body = ByteBuffer.allocate(5 + length).put((byte) 0).putInt(length);
        if (length > 0) {
            body.put((byte) 10).put((byte) name.length).put(name);
        }
        frame(request, DATA, END_STREAM, 1, body.array());
        out.write(request.toByteArray());
        out.flush();
    }

    /** A header without an index and without compression, for which names and values must be shorter than 127 bytes. */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        block.write(name.length());
        block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static void frame(ByteArrayOutputStream to, int type, int flags, int stream, byte[] payload) {
        to.writeBytes(ByteBuffer.allocate(9)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .array());
        to.writeBytes(payload);
    }

    private void readAnswer(long deadline) throws IOException, HpackException {
        HpackDecoder decoder = new HpackDecoder();
        decoder.setHeaderEmitter((name, value, neverIndex) -> headers.put(name.toString(), value));
        boolean ends = false;
        while (true) {
            if (System.nanoTime() > deadline) {
                throw new SocketTimeoutException();
            }
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            if (length > LARGEST_FRAME) {
                throw new IOException("a frame of " + length + " bytes is no HTTP/2");
            }
            byte[] payload = new byte[length];
            in.readFully(payload);
            if (type == RST_STREAM || type == GO_AWAY) {
                throw new IOException("the server ended the call");
            } else if ((type == SETTINGS || type == PING) && (flags & ACK) == 0) {
                acknowledge(type, payload);
            } else if (stream == 1 && type == DATA) {
                message.writeBytes(content(payload, flags, false));
                ends = (flags & END_STREAM) != 0;
            } else if (stream == 1 && (type == HEADERS || type == CONTINUATION)) {
                headerBlock.writeBytes(type == HEADERS ? content(payload, flags, true) : payload);
                ends |= type == HEADERS && (flags & END_STREAM) != 0;
                if ((flags & END_HEADERS) != 0) {
                    decoder.decode(ByteBuffer.wrap(headerBlock.toByteArray()), false);
                    headerBlock.reset();
                }
            }
            if (ends && headerBlock.size() == 0) {
                return;
            }
        }
    }

    private void acknowledge(int type, byte[] payload) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        frame(answer, type, ACK, 0, type == PING ? payload : new byte[0]);
        out.write(answer.toByteArray());
    }

    private static byte[] content(byte[] payload, int flags, boolean headers) throws IOException {
        int start = 0;
        int end = payload.length;
        if ((flags & PADDED) != 0 && end > 0) {
            end -= payload[0] & 0xff;
            start = 1;
        }
        if (headers && (flags & PRIORITY) != 0) {
            start += 5;
        }
        if (start > end) {
            throw new IOException("a frame is damaged");
        }
        return java.util.Arrays.copyOfRange(payload, start, end);
    }

    private Probe.Result result(String service) {
        String code = headers.getOrDefault("grpc-status", "0");
        if (!code.equals("0")) {
            String why = headers.getOrDefault("grpc-message", "");
            return new Probe.Result(
                    false,
                    code.equals(UNIMPLEMENTED)
                            ? "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
                                    + why
                            : "error: health rpc failed: rpc error: code = " + code + " desc = " + why);
        }
        byte[] bytes = message.toByteArray();
        if (bytes.length < 5) {
            return new Probe.Result(
                    false,
                    "error: health rpc failed: the server answered with status " + headers.get(":status")
                            + " and no message");
        }
        int status = bytes.length >= 7 && bytes[5] == 8 ? bytes[6] : 0;
        return status == SERVING
                ? new Probe.Result(true, "")
                : new Probe.Result(
                        false,
                        "service unhealthy (responded with \"" + STATUS.getOrDefault(status, "" + status) + "\")"
                                + (service.isEmpty() ? "" : " for [" + service + "]"));
    }
}
